import { isEnd } from '@edge/contracts';
import { useEffect, useRef, useState } from 'react';
import { client } from './client.js';
import type { HostRow, LogLine } from './shapes.js';
import { useAction } from './use-action.js';

/** One action: what it is, how each host stands, what the hosts print. */
export function ActionPage({ id }: { id: string }) {
  const { action, lines, problem } = useAction(id);
  const [host, setHost] = useState<string>();
  const [refused, setRefused] = useState('');
  if (problem && !action) return <p role="alert" className="problem">{problem}</p>;
  if (!action) return <p>Loading …</p>;
  const cancel = () => client.post(`/api/v1/actions/${id}/cancel`, { reason: 'cancelled in the console' }).then(() => setRefused(''), (error: Error) => setRefused(error.message));
  return (
    <article>
      <h1>{action.type} {action.space}/{action.project} <span className={`status ${action.status}`}>{action.status}</span></h1>
      <p className="facts">
        by {action.user ?? action.actor}, <time dateTime={action.accepted_at}>{new Date(action.accepted_at).toLocaleString()}</time>
        {action.waiting_for && <> · waits for {action.waiting_for}</>}
        {action.why && <> · {action.why}</>}
        {!isEnd(action.status) && <button type="button" onClick={() => void cancel()}>Cancel</button>}
      </p>
      {refused && <p role="alert" className="problem">{refused}</p>}
      {problem && <p role="alert" className="problem">{problem}</p>}
      <HostGrid hosts={action.hosts} chosen={host} onChoose={setHost} />
      {action.messages.map((message) => <p key={`${message.at}${message.text}`} className={`message ${message.level}`}>{message.host && <b>{message.host} </b>}{message.text}</p>)}
      <Log lines={host ? lines.filter((line) => line.host === host) : lines} />
    </article>
  );
}

function HostGrid({ hosts, chosen, onChoose }: { hosts: HostRow[]; chosen: string | undefined; onChoose: (host: string | undefined) => void }) {
  const zones = [...new Set(hosts.map((row) => row.zone))];
  return (
    <section className="zones" aria-label="Hosts">
      {zones.map((zone) => (
        <div key={zone} className="zone">
          <h2>{zone}</h2>
          {hosts.filter((row) => row.zone === zone).map((row) => (
            <button key={row.host} type="button" aria-pressed={row.host === chosen} className={`host ${row.state}`} title={`${row.state}${row.step ? ` · ${row.step}` : ''}${row.version ? ` · ${row.version}` : ''}`} onClick={() => onChoose(row.host === chosen ? undefined : row.host)}>
              {row.host}<small>{row.step ?? row.state}</small>
            </button>
          ))}
        </div>
      ))}
    </section>
  );
}

function Log({ lines }: { lines: LogLine[] }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => end.current?.scrollIntoView({ block: 'nearest' }), [lines.length]);
  return (
    <section className="log" aria-label="Output" aria-live="off">
      {lines.map((line) => <div key={line.key} className={line.stream}><span className="host-name">{line.host}</span><span className="step-name">{line.step}</span>{line.text}</div>)}
      <div ref={end} />
    </section>
  );
}
