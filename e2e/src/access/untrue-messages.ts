import type { Grant, Signed } from '@edge/contracts';
import type { CommandResultPayload, RunCommandPayload, SignalPayload } from '@edge/contracts/messages';
import { createKeyring, generateKey } from '@edge/engine';
import type { Keyring } from '@edge/ports';
import type { RawMessage } from './raw-message.js';

export interface RunData { signed: Signed; grant: Signed }
export interface AnswerData { action: string; command: string; signed: Signed }
export interface SignalData { action: string; signed: Signed }

/** What an Edge has really sent, oldest first, while the last command of the action `running` is held open on its host; and its keys. */
export interface Sent { running: string; runs: RunData[]; result: AnswerData; signals: SignalData[]; real: Keyring }

/** `counts`: which figure it raises. `dead`: it becomes a dead letter. */
export interface Untrue { name: string; message: RawMessage; counts?: 'command' | 'answer'; dead?: true }

const stranger = createKeyring({ sign: { grant: generateKey(), command: generateKey(), result: generateKey(), signal: generateKey() }, trust: {} });

/** Every message is one that could really be sent by whoever can write to the bus, most of them made of real ones. */
export function untrueMessages({ running, runs, result: oldResult, signals, real }: Sent): Untrue[] {
  const [done, open] = [runs[0]!, runs.at(-1)!];
  const payload = { ...(JSON.parse(open.signed.payload) as RunCommandPayload), text: 'touch touched' };
  const grant = JSON.parse(open.grant.payload) as Grant;
  const fresh = (n: number) => ({ ...payload, command: `f${n}`.padEnd(32, '0') });
  const result: CommandResultPayload = { action: running, command: payload.command, key: payload.key, attempt: payload.attempt, host: payload.host.name, executor: 'forger', result: { outcome: 'exited', cause: 'exit', code: 0 } };
  const cancel: SignalPayload = { action: running, signal: { id: 'forged-cancel', name: 'cancel', by: 'forger', at: '2026-11-25T00:00:00Z' } };
  const run = (name: string, data: RunData, counts?: 'command') => ({ name, ...(counts ? { counts } : {}), message: { topic: 'commands', key: name, type: 'edge.command.requested.v1', data } as RawMessage });
  const answer = (name: string, type: string, data: object) => ({ name, counts: 'answer' as const, message: { topic: 'actions', key: running, type, data } as RawMessage });
  const broken = (topic: RawMessage['topic'], name: string, more: Partial<RawMessage>) => ({ name: `${topic}: ${name}`, dead: true as const, message: { topic, key: name, data: {}, ...more } as RawMessage });
  return [
    run('forged: no signature', { signed: { payload: JSON.stringify(fresh(1)), kid: open.signed.kid, signature: '' }, grant: open.grant }, 'command'),
    run('forged: a key of its own', { signed: stranger.sign('command', fresh(2)), grant: open.grant }, 'command'),
    run('forged: the executor signs a command', { signed: real.sign('result', fresh(3)), grant: open.grant }, 'command'),
    run('altered: one word of the text', { signed: { ...open.signed, payload: open.signed.payload.replace('sh stop', 'sh step') }, grant: open.grant }, 'command'),
    run('altered: the address of the host', { signed: { ...open.signed, payload: open.signed.payload.replace('127.0.0.1', '127.0.0.2') }, grant: open.grant }, 'command'),
    run('altered: the hosts of the grant', { signed: real.sign('command', fresh(4)), grant: { ...open.grant, payload: open.grant.payload.replace(payload.host.name, 'another') } }),
    run('forged: a grant of its own', { signed: real.sign('command', fresh(5)), grant: stranger.sign('grant', grant) }),
    run('expired: a grant that has ended', { signed: real.sign('command', fresh(6)), grant: real.sign('grant', { ...grant, expiresAt: '2026-01-01T00:00:00Z' }) }),
    run('redirected: the grant of another action', { signed: real.sign('command', fresh(7)), grant: done.grant }),
    run('redirected: another host', { signed: real.sign('command', { ...fresh(8), host: { ...payload.host, name: 'other' } }), grant: open.grant }),
    run('redirected: another space', { signed: real.sign('command', { ...fresh(9), space: 'other' }), grant: open.grant }),
    ...Array.from({ length: 50 }, (_, index) => run(`replayed ${index}`, runs[index % (runs.length - 1)]!)),
    { name: 'forged cancellation', counts: 'command', message: { topic: 'commands', key: 'x', type: 'edge.command.cancelled.v1', data: { signed: stranger.sign('command', { command: payload.command, action: running, host: payload.host }) } } },
    answer('forged: a result by a stranger', 'edge.command.finished.v1', { action: running, command: payload.command, signed: stranger.sign('result', result) }),
    answer('forged: a result by the orchestrator', 'edge.command.finished.v1', { action: running, command: payload.command, signed: real.sign('command', result) }),
    answer('redirected: the result of another action', 'edge.command.finished.v1', { ...oldResult, action: running }),
    answer('redirected: the result of another command', 'edge.command.finished.v1', { action: running, command: payload.command, signed: real.sign('result', { ...result, command: 'another' }) }),
    answer('forged: a cancel by a stranger', 'edge.signal.sent.v1', { action: running, signed: stranger.sign('signal', cancel) }),
    answer('forged: a cancel by an executor', 'edge.signal.sent.v1', { action: running, signed: real.sign('result', cancel) }),
    answer('redirected: a cancel of another action', 'edge.signal.sent.v1', { action: running, signed: real.sign('signal', { ...cancel, action: 'another' }) }),
    ...signals.map((data) => ({ name: 'replayed signal', message: { topic: 'actions', key: running, type: 'edge.signal.sent.v1', data } as RawMessage })),
    { name: 'replayed result', message: { topic: 'actions', key: oldResult.action, type: 'edge.command.finished.v1', data: oldResult } },
    { name: 'replayed request', message: { topic: 'actions', key: oldResult.action, type: 'edge.action.requested.v1', data: { action: oldResult.action } } },
    { name: 'request of nothing', message: { topic: 'actions', key: 'nothing', type: 'edge.action.requested.v1', data: { action: 'nothing' } } },
    { name: 'forged fact', message: { topic: 'events', key: running, type: 'edge.action.status-changed.v1', data: { action: running, space: payload.space, project: payload.project, at: '2026-11-25T00:00:00Z', data: { from: 'running', to: 'completed' } } } },
    broken('commands', 'no signature at all', { type: 'edge.command.requested.v1', data: { signed: {} } }), broken('commands', 'no JSON', { type: 'edge.command.requested.v1', value: 'no json' }),
    broken('actions', 'no action', { type: 'edge.signal.sent.v1', data: {} }), broken('events', 'no fact', { type: 'edge.host.changed.v1', data: { at: 3 } }), broken('output', 'no output', { type: 'edge.output.appended.v1', data: {} }),
    broken('output', 'no envelope', { headers: {} }), broken('requests', 'no event', { headers: {}, value: 'no json' }),
    { name: 'rubbish among dead letters', message: { topic: 'dlq', key: '', headers: {}, value: 'rubbish', data: {} } },
  ];
}
