import { isEnd } from '@edge/contracts';
import { type MouseEvent, useState } from 'react';
import { client } from './client.js';
import { HostGrid, Progress } from './host-grid.js';
import { Log } from './log.js';
import type { ActionShown, MessageRow } from './shapes.js';
import { Status } from './status.js';
import { useAction } from './use-action.js';
import { Ago, lasted, useNow } from './when.js';

/** One action: what it is, how each host stands, what the hosts print. */
export function ActionPage({ id, onBack }: { id: string; onBack: (event: MouseEvent) => void }) {
  const { action, output, readEarlier, problem, unread } = useAction(id);
  const [host, setHost] = useState<string>();
  if (problem && !action) return <p role="alert" className="problem">{problem}</p>;
  if (!action) return <p className="faint">Loading …</p>;
  return (
    <article className={problem ? 'lost' : ''}>
      <a className="back" href="/" onClick={onBack}>← Actions</a>
      <section className="card">
        <Head key={`${action.status} ${problem}`} action={action} problem={problem} />
        {problem && <p role="alert" className="problem">{problem}</p>}
        <Progress hosts={action.hosts} />
        <HostGrid hosts={action.hosts} chosen={host} onChoose={setHost} />
        <Messages messages={action.messages} />
      </section>
      {unread && unread !== problem && <p role="alert" className="problem">{unread}</p>}
      <Log action={id} output={output} host={host} onAll={() => setHost(undefined)} onEarlier={readEarlier} />
    </article>
  );
}

/** Begun anew whenever the action or Edge stands otherwise: what was refused before is no longer so. */
function Head({ action, problem }: { action: ActionShown; problem: string }) {
  const now = useNow(!problem);
  const [refused, setRefused] = useState('');
  const cancel = () => client.post(`/api/v1/actions/${action.action_id}/cancel`, { reason: 'cancelled in the console' }).then(() => setRefused(''), (error: Error) => setRefused(error.message));
  const version = action.config.version?.value;
  const reason = typeof action.reason === 'string' ? action.reason : undefined;
  return (
    <>
      <div className="head">
        <h1>{action.type} <span className="faint">{action.space}/</span>{action.project}</h1>
        <Status status={action.status} />
        {!isEnd(action.status) && <button type="button" className="danger" disabled={action.status === 'cancelling'} onClick={() => void cancel()}>Cancel</button>}
      </div>
      <dl className="facts">
        <Fact name="Who">{action.user ? `${action.user} (by ${action.actor})` : action.actor}</Fact>
        <Fact name="Started"><Ago at={action.accepted_at} now={now} /></Fact>
        <Fact name="Took">{lasted(action.accepted_at, action.ended_at, now)}</Fact>
        {typeof version === 'string' && action.type !== 'run' && <Fact name="Version">{version}</Fact>}
        <Fact name="Script">{action.script.name}</Fact>
        {reason && <Fact name="Reason">{reason}</Fact>}
      </dl>
      {action.waiting_for && <p className="message warning">Waits for {action.waiting_for}</p>}
      {action.why && <p className={`message ${action.status === 'failed' || action.status === 'blocked' ? 'error' : 'info'}`}>{action.why}</p>}
      {refused && refused !== problem && <p role="alert" className="problem">{refused}</p>}
    </>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Messages({ messages }: { messages: MessageRow[] }) {
  return messages.map((message, index) => <p key={`${message.at} ${index}`} className={`message ${message.level}`}>{message.host && <b>{message.host} </b>}{message.text}</p>);
}
