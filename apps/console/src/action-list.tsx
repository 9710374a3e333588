import { type MouseEvent, useEffect, useState } from 'react';
import { client } from './client.js';
import type { ActionRow } from './shapes.js';

/** Actions, newest first; the list renews itself whenever one changes. */
export function ActionList({ onOpen }: { onOpen: (id: string, event: MouseEvent) => void }) {
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
  if (problem) return <p role="alert" className="problem">{problem}</p>;
  if (!actions) return <p>Loading …</p>;
  if (actions.length === 0) return <p>No action yet. Start one with the <code>curl</code> that <code>npm start</code> printed.</p>;
  return (
    <table className="actions">
      <caption>Actions</caption>
      <thead><tr><th>Project</th><th>Type</th><th>Status</th><th>Who</th><th>Started</th></tr></thead>
      <tbody>
        {actions.map((action) => (
          <tr key={action.action_id}>
            <td><a href={`/actions/${action.action_id}`} onClick={(event) => onOpen(action.action_id, event)}>{action.space}/{action.project}</a></td>
            <td>{action.type}</td>
            <td><span className={`status ${action.status}`}>{action.status}</span></td>
            <td>{action.user ?? action.actor}</td>
            <td><time dateTime={action.accepted_at}>{new Date(action.accepted_at).toLocaleString()}</time></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
