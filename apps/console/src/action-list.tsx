import { type MouseEvent, useEffect, useState } from 'react';
import { client, mayHeal } from './client.js';
import { listen } from './listen.js';
import type { ActionRow } from './shapes.js';
import { Status } from './status.js';
import { Ago, lasted, useNow } from './when.js';

/** Actions, newest first; the list renews itself whenever one changes or Edge is there again. */
export function ActionList({ onOpen }: { onOpen: (id: string, event: MouseEvent) => void }) {
  const { actions, problem } = useActions();
  const now = useNow(!problem);
  const alert = problem && <p role="alert" className="problem">{problem}</p>;
  if (!actions && alert) return alert;
  if (!actions) return <p className="faint">Loading …</p>;
  if (actions.length === 0) return <p className="empty">No action yet. Start one with the <code>curl</code> that <code>npm start</code> printed.</p>;
  return (
    <section className={problem ? 'card lost' : 'card'}>
      <h1>Actions</h1>
      {alert}
      <table className="actions">
        <thead><tr><th>Project</th><th>Type</th><th>Status</th><th>Hosts</th><th>Who</th><th>Started</th><th>Took</th></tr></thead>
        <tbody>
          {actions.map((action) => (
            <tr key={action.action_id}>
              <td><a href={`/actions/${action.action_id}`} title={`${action.space}/${action.project}`} onClick={(event) => onOpen(action.action_id, event)}><span className="faint">{action.space}/</span>{action.project}</a></td>
              <td>{action.type}</td>
              <td><Status status={action.status} /></td>
              <td className="number">{typeof action.hosts === 'number' ? action.hosts : action.hosts.length}</td>
              <td>{action.user ?? action.actor}</td>
              <td><Ago at={action.accepted_at} now={now} /></td>
              <td className="number">{lasted(action.accepted_at, action.ended_at, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function useActions(): { actions?: ActionRow[]; problem: string } {
  const [actions, setActions] = useState<ActionRow[]>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    let waiting: number | undefined;
    const soon = (ms: number) => { waiting ??= window.setTimeout(() => { waiting = undefined; load(); }, ms); };
    const failed = (error: Error) => { setProblem(error.message); if (mayHeal(error)) soon(1_000); };
    const load = () => void client.get<{ items: ActionRow[] }>('/api/v1/actions', { query: { limit: 50 } }).then(({ items }) => { setActions(items); setProblem(''); }, failed);
    const changed = () => soon(200);
    const stop = listen('/api/v1/events', { on: { changed, resync: changed }, opened: () => soon(0), lost: () => soon(0) });
    return () => { stop(); window.clearTimeout(waiting); };
  }, []);
  return { ...(actions ? { actions } : {}), problem };
}
