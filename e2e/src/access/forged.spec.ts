import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grant, Signed } from '@edge/contracts';
import type { CommandResultPayload, RunCommandPayload, SignalPayload } from '@edge/contracts/messages';
import { createKeyring, generateKey } from '@edge/engine';
import type { Audience, Keyring } from '@edge/ports';
import { describeLab } from './describe-lab.js';
import { httpCall } from './http-call.js';
import { insertMessage, LabWorld, type RawMessage } from './lab-world.js';


interface RunData { signed: Signed; grant: Signed }

describeLab('messages that nobody should believe', () => {
  let world: LabWorld;
  let running: string;
  let real: Keyring;
  const stranger = createKeyring({ sign: { grant: generateKey(), command: generateKey(), result: generateKey(), signal: generateKey() }, trust: {} });

  beforeAll(async () => {
    world = await LabWorld.start();
    writeFileSync(world.home('stop'), 'echo stop >>ran; while [ ! -f go ]; do sleep 0.1; done\n');
    writeFileSync(world.home('start'), 'echo start >>ran\n');
    await world.configure();
    writeFileSync(world.home('go'), '');
    expect(await world.ended((await world.restart()).action_id)).toMatchObject({ status: 'completed' });
    rmSync(world.home('go'));
    running = (await world.restart()).action_id;
    await world.until(() => world.lines('ran').length === 3);
    for (const [verb, status] of [['pause', 'paused'], ['resume', 'running']]) {
      await world.client.post(`/api/v1/actions/${running}/${verb}`, { reason: 'spec' });
      await world.untilStatus(running, status!);
    }
    real = createKeyring({ sign: Object.fromEntries((['grant', 'command', 'result', 'signal'] as Audience[]).map((audience) => [audience, world.key(`${audience}.json`)])), trust: {} });
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  /** Every message is one that could really be sent by whoever can write to the bus, most of them made of real ones. */
  function messages(): { name: string; message: RawMessage; counts?: 'command' | 'answer'; dead?: true }[] {
    const sent = world.messages<RunData>('edge.command.requested.v1').map(({ data }) => data);
    const [done, open] = [sent[0]!, sent.at(-1)!];
    const payload = { ...(JSON.parse(open.signed.payload) as RunCommandPayload), text: 'touch touched' };
    const grant = JSON.parse(open.grant.payload) as Grant;
    const fresh = (n: number) => ({ ...payload, command: `f${n}`.padEnd(32, '0') });
    const result: CommandResultPayload = { action: running, command: payload.command, key: payload.key, attempt: payload.attempt, host: 'lab-1', executor: 'forger', result: { outcome: 'exited', cause: 'exit', code: 0 } };
    const cancel: SignalPayload = { action: running, signal: { id: 'forged-cancel', name: 'cancel', by: 'forger', at: '2026-11-25T00:00:00Z' } };
    const run = (name: string, data: RunData, counts?: 'command') => ({ name, ...(counts ? { counts } : {}), message: { topic: 'commands', key: name, type: 'edge.command.requested.v1', data } as RawMessage });
    const answer = (name: string, type: string, data: object) => ({ name, counts: 'answer' as const, message: { topic: 'actions', key: running, type, data } as RawMessage });
    const broken = (topic: RawMessage['topic'], name: string, more: Partial<RawMessage>) => ({ name: `${topic}: ${name}`, dead: true as const, message: { topic, key: name, data: {}, ...more } as RawMessage });
    const oldResult = world.messages<{ action: string; command: string; signed: Signed }>('edge.command.finished.v1')[0]!.data;
    const oldSignals = world.messages<{ action: string; signed: Signed }>('edge.signal.sent.v1').map(({ data }) => data);
    return [
      run('forged: no signature', { signed: { payload: JSON.stringify(fresh(1)), kid: open.signed.kid, signature: '' }, grant: open.grant }, 'command'),
      run('forged: a key of its own', { signed: stranger.sign('command', fresh(2)), grant: open.grant }, 'command'),
      run('forged: the executor signs a command', { signed: real.sign('result', fresh(3)), grant: open.grant }, 'command'),
      run('altered: one word of the text', { signed: { ...open.signed, payload: open.signed.payload.replace('sh stop', 'sh step') }, grant: open.grant }, 'command'),
      run('altered: the address of the host', { signed: { ...open.signed, payload: open.signed.payload.replace('127.0.0.1', '127.0.0.2') }, grant: open.grant }, 'command'),
      run('altered: the hosts of the grant', { signed: real.sign('command', fresh(4)), grant: { ...open.grant, payload: open.grant.payload.replace('lab-1', 'lab-2') } }),
      run('forged: a grant of its own', { signed: real.sign('command', fresh(5)), grant: stranger.sign('grant', grant) }),
      run('expired: a grant that has ended', { signed: real.sign('command', fresh(6)), grant: real.sign('grant', { ...grant, expiresAt: '2026-01-01T00:00:00Z' }) }),
      run('redirected: the grant of another action', { signed: real.sign('command', fresh(7)), grant: done.grant }),
      run('redirected: another host', { signed: real.sign('command', { ...fresh(8), host: { ...payload.host, name: 'other' } }), grant: open.grant }),
      run('redirected: another space', { signed: real.sign('command', { ...fresh(9), space: 'other' }), grant: open.grant }),
      ...Array.from({ length: 50 }, (_, index) => run(`replayed ${index}`, sent[index % (sent.length - 1)]!)),
      { name: 'forged cancellation', counts: 'command', message: { topic: 'commands', key: 'x', type: 'edge.command.cancelled.v1', data: { signed: stranger.sign('command', { command: payload.command, action: running, host: payload.host }) } } },
      answer('forged: a result by a stranger', 'edge.command.finished.v1', { action: running, command: payload.command, signed: stranger.sign('result', result) }),
      answer('forged: a result by the orchestrator', 'edge.command.finished.v1', { action: running, command: payload.command, signed: real.sign('command', result) }),
      answer('redirected: the result of another action', 'edge.command.finished.v1', { ...oldResult, action: running }),
      answer('redirected: the result of another command', 'edge.command.finished.v1', { action: running, command: payload.command, signed: real.sign('result', { ...result, command: 'another' }) }),
      answer('forged: a cancel by a stranger', 'edge.signal.sent.v1', { action: running, signed: stranger.sign('signal', cancel) }),
      answer('forged: a cancel by an executor', 'edge.signal.sent.v1', { action: running, signed: real.sign('result', cancel) }),
      answer('redirected: a cancel of another action', 'edge.signal.sent.v1', { action: running, signed: real.sign('signal', { ...cancel, action: 'another' }) }),
      ...oldSignals.map((data) => ({ name: 'replayed signal', message: { topic: 'actions', key: running, type: 'edge.signal.sent.v1', data } as RawMessage })),
      { name: 'replayed result', message: { topic: 'actions', key: oldResult.action, type: 'edge.command.finished.v1', data: oldResult } },
      { name: 'replayed request', message: { topic: 'actions', key: oldResult.action, type: 'edge.action.requested.v1', data: { action: oldResult.action } } },
      { name: 'request of nothing', message: { topic: 'actions', key: 'nothing', type: 'edge.action.requested.v1', data: { action: 'nothing' } } },
      { name: 'forged fact', message: { topic: 'events', key: running, type: 'edge.action.status-changed.v1', data: { action: running, space: 'lab', project: 'app', at: '2026-11-25T00:00:00Z', data: { from: 'running', to: 'completed' } } } },
      broken('commands', 'no signature at all', { type: 'edge.command.requested.v1', data: { signed: {} } }), broken('commands', 'no JSON', { type: 'edge.command.requested.v1', value: 'no json' }),
      broken('actions', 'no action', { type: 'edge.signal.sent.v1', data: {} }), broken('events', 'no fact', { type: 'edge.host.changed.v1', data: { at: 3 } }), broken('output', 'no output', { type: 'edge.output.appended.v1', data: {} }),
      broken('output', 'no envelope', { headers: {} }), broken('requests', 'no event', { headers: {}, value: 'no json' }),
      { name: 'rubbish among dead letters', message: { topic: 'dlq', key: '', headers: {}, value: 'rubbish', data: {} } },
    ];
  }

  const figure = async (name: string): Promise<number> => {
    const { url, token } = world.edge.address();
    return Number(new RegExp(`^${name} (\\d+)`, 'm').exec((await httpCall(url, { method: 'GET', path: '/metrics', token })).text)?.[1]);
  };

  it('start nothing, end nothing, say so by a figure and a log line, and lie among the dead letters where they are no messages', async () => {
    const sent = messages();
    await world.while((database) => sent.forEach(({ message }) => insertMessage(database, message)));
    const wanted = (kind: string) => sent.filter(({ counts }) => counts === kind).length;
    await world.until(async () => (await figure('edge_refused_commands_total')) >= wanted('command') && (await figure('edge_refused_answers_total')) >= wanted('answer'));
    expect([await figure('edge_refused_commands_total'), await figure('edge_refused_answers_total')]).toEqual([wanted('command'), wanted('answer')]);
    for (const said of ['refused a command that no known orchestrator signed', 'refused a cancellation', 'refused a result that no known executor signed', 'refused a signal that no known gateway signed']) expect(world.edge.output).toContain(said);
    const dead = sent.flatMap((one) => (one.dead ? [`edge.${one.message.topic}: ${one.message.key}`] : []));
    const letters = async () => (await world.client.get<{ items: { topic: string; key: string }[] }>('/api/v1/dlq', { query: { limit: 1_000 } })).items.map(({ topic, key }) => `${topic}: ${key}`);
    await world.until(async () => { const there = await letters(); return dead.every((one) => there.includes(one)); });
    expect(await world.show(running)).toMatchObject({ status: 'running' });
    expect([world.lines('ran'), existsSync(world.home('touched'))]).toEqual([['stop', 'start', 'stop'], false]);
  }, 120_000);

  it('leave the action to end as it would have, each command run once', async () => {
    writeFileSync(world.home('go'), '');
    expect(await world.ended(running)).toMatchObject({ status: 'completed' });
    expect([world.lines('ran'), existsSync(world.home('touched'))]).toEqual([['stop', 'start', 'stop', 'start'], false]);
    expect(readdirSync(join(world.hosts[0]!.home, '.edge', 'jobs')).filter((job) => /^f\d0/.test(job))).toEqual([]);
    const { items } = await world.client.get<{ items: { action_id: string }[] }>('/api/v1/actions');
    expect(items).toHaveLength(2);
  }, 60_000);
});
