import { type MouseEvent, useEffect, useState } from 'react';
import { client } from './client.js';
import type { ActionRow } from './shapes.js';
import { Status } from './status.js';
import { Ago, lasted, useNow } from './when.js';

/** Actions, newest first; the list renews itself whenever one changes. */
export function ActionList({ onOpen }: { onOpen: (id: string, event: MouseEvent) => void }) {
  const { actions, problem } = useActions();
  const now = useNow();
  if (problem) return <p role="alert" className="problem">{problem}</p>;
  if (!actions) return <p className="faint">Loading …</p>;
  if (actions.length === 0) return <p className="empty">No action yet. Start one with the <code>curl</code> that <code>npm start</code> printed.</p>;
  return (
    <section className="card">
      <h1>Actions</h1>
      <table className="actions">
        <thead><tr><th>Project</th><th>Type</th><th>Status</th><th>Hosts</th><th>Who</th><th>Started</th><th>Took</th></tr></thead>
        <tbody>
          {actions.map((action) => (
            <tr key={action.action_id}>
              <td><a href={`/actions/${action.action_id}`} onClick={(event) => onOpen(action.action_id, event)}><span className="faint">{action.space}/</span>{action.project}</a></td>
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
    const load = () => client.get<{ items: ActionRow[] }>('/api/v1/actions', { query: { limit: 50 } }).then(({ items }) => { setActions(items); setProblem(''); }, (error: Error) => setProblem(error.message));
    const events = new EventSource('/api/v1/events');
    events.addEventListener('changed', () => {
      waiting ??= window.setTimeout(() => { waiting = undefined; void load(); }, 200);
    });
    void load();
    return () => { events.close(); window.clearTimeout(waiting); };
  }, []);
  return { ...(actions ? { actions } : {}), problem };
}
