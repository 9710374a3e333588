import { useEffect, useRef } from 'react';
import type { LogLine } from './shapes.js';

export interface LogProps { lines: LogLine[]; host: string | undefined; onAll: () => void }

/** What the hosts print. It stays at its end while it is at its end. */
export function Log({ lines, host, onAll }: LogProps) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length, host]);
  const follow = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
    atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
  };
  return (
    <section className="output">
      <header><h2>Output</h2>{host ? <button type="button" onClick={onAll}>{host} ×</button> : <span className="faint">{lines.length} lines</span>}</header>
      <div className="log" ref={box} onScroll={follow} aria-label="Output" tabIndex={0}>
        {lines.length === 0 && <p>Nothing printed yet.</p>}
        {lines.map((line) => <div key={line.key} className={line.stream}><span className="of">{line.host}</span><span className="of step">{line.step}</span><span>{line.text}</span></div>)}
      </div>
    </section>
  );
}
