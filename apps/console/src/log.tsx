import { Fragment, memo, useEffect, useRef } from 'react';
import type { LogLine, OutputShown } from './shapes.js';

export interface LogProps { action: string; output: OutputShown; host: string | undefined; onAll: () => void; onEarlier: () => void }

/** What the hosts print. It stays at its end while it is at its end. */
export function Log({ action, output: { lines, earlier }, host, onAll, onEarlier }: LogProps) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const shown = host ? lines.filter((line) => line.host === host) : lines;
  useEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, host]);
  const follow = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
    atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
  };
  return (
    <section className="output">
      <header>
        <h2>Output</h2>
        {host ? <button type="button" onClick={onAll}>{host} ×</button> : <span className="faint">{counted(lines.length)}</span>}
        {lines.length > 0 && <a className="faint" href={textOf(action, host)} target="_blank" rel="noreferrer">All as text</a>}
      </header>
      <div className="log" ref={box} onScroll={follow} aria-label="Output" tabIndex={0}>
        {earlier !== 0 && <Earlier earlier={earlier} onEarlier={onEarlier} />}
        {shown.length === 0 && earlier === 0 && <p>Nothing printed yet.</p>}
        {shown.map((line) => (
          <Fragment key={line.key}>
            {line.gap && <p className="gap">Some output of {line.host} is missing here.</p>}
            <Line host={line.host} step={line.step} stream={line.stream} text={line.text} />
          </Fragment>
        ))}
      </div>
    </section>
  );
}

const Line = memo(({ host, step, stream, text }: Pick<LogLine, 'host' | 'step' | 'stream' | 'text'>) => (
  <div className={stream}><span className="of">{host}</span><span className="of step">{step}</span><span>{text}</span></div>
));

function Earlier({ earlier, onEarlier }: Pick<LogProps, 'onEarlier'> & Pick<OutputShown, 'earlier'>) {
  return <p className="earlier">{earlier === 'some' ? 'Earlier lines' : counted(earlier, 'earlier ')} {earlier === 1 ? 'is' : 'are'} not shown here. <button type="button" onClick={onEarlier}>Show earlier</button></p>;
}

function counted(lines: number, which = ''): string {
  return `${lines.toLocaleString('en')} ${which}${lines === 1 ? 'line' : 'lines'}`;
}

function textOf(action: string, host: string | undefined): string {
  return `/api/v1/actions/${action}/logs?format=text${host ? `&host=${encodeURIComponent(host)}` : ''}`;
}
