import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { EdgeClient } from '@edge/client';
import { createKeyring, type KeyText } from '@edge/engine';
import type { Audience } from '@edge/ports';
import type { Shown } from './lab-world.js';
import type { RawMessage } from './raw-message.js';
import { type AnswerData, type RunData, type SignalData, untrueMessages } from './untrue-messages.js';

/** A running Edge with one real host, where project `app` of space `lab` runs `sh stop` and `sh start`, and a way onto its bus past every program. */
export interface Stage {
  readonly client: EdgeClient;
  /** What its programs printed. */
  readonly printed: string;
  configure(): Promise<void>;
  /** A file in the home of its host, and its lines. */
  home(name: string): string;
  lines(name: string): string[];
  restart(): Promise<Shown>;
  show(id: string): Promise<Shown>;
  ended(id: string): Promise<Shown>;
  until(holds: () => boolean | Promise<boolean>): Promise<void>;
  key(file: string): Required<KeyText>;
  /** Messages of a type on the bus, oldest first. */
  messages<T>(type: string): { data: T }[] | Promise<{ data: T }[]>;
  send(messages: RawMessage[]): Promise<void>;
  /** A figure of its programs, summed. */
  figure(name: string): Promise<number>;
  stop(): Promise<void>;
}

const refusals = ['refused a command that no known orchestrator signed', 'refused a cancellation', 'refused a result that no known executor signed', 'refused a signal that no known gateway signed'];

/** Tests that forged, altered, redirected, expired and replayed messages move nothing, wherever Edge runs. */
export function itDisbelieves(start: () => Promise<Stage>): void {
  let stage: Stage;
  let running: string;

  beforeAll(async () => {
    stage = await start();
    writeFileSync(stage.home('stop'), 'echo stop >>ran; while [ ! -f go ]; do sleep 0.1; done\n');
    writeFileSync(stage.home('start'), 'echo start >>ran\n');
    await stage.configure();
    writeFileSync(stage.home('go'), '');
    expect(await stage.ended((await stage.restart()).action_id)).toMatchObject({ status: 'completed' });
    rmSync(stage.home('go'));
    running = (await stage.restart()).action_id;
    await stage.until(() => stage.lines('ran').length === 3);
    for (const [verb, status] of [['pause', 'paused'], ['resume', 'running']]) {
      await stage.client.post(`/api/v1/actions/${running}/${verb}`, { reason: 'spec' });
      await stage.until(async () => (await stage.show(running)).status === status);
    }
  }, 600_000);

  afterAll(() => stage?.stop(), 120_000);

  async function untrue() {
    const real = createKeyring({ sign: Object.fromEntries((['grant', 'command', 'result', 'signal'] as Audience[]).map((audience) => [audience, stage.key(`${audience}.json`)])), trust: {} });
    const dataOf = async <T>(type: string) => (await stage.messages<T>(type)).map(({ data }) => data);
    const [runs, results, signals] = [await dataOf<RunData>('edge.command.requested.v1'), await dataOf<AnswerData>('edge.command.finished.v1'), await dataOf<SignalData>('edge.signal.sent.v1')];
    return untrueMessages({ running, real, runs, result: results[0]!, signals });
  }

  it('start nothing, end nothing, say so by a figure and a log line, and lie among the dead letters where they are no messages', async () => {
    const sent = await untrue();
    await stage.send(sent.map(({ message }) => message));
    const wanted = (kind: string) => sent.filter(({ counts }) => counts === kind).length;
    const figures = async () => [await stage.figure('edge_refused_commands_total'), await stage.figure('edge_refused_answers_total')] as const;
    await stage.until(async () => { const [commands, answers] = await figures(); return commands >= wanted('command') && answers >= wanted('answer'); });
    expect(await figures()).toEqual([wanted('command'), wanted('answer')]);
    for (const said of refusals) expect(stage.printed).toContain(said);
    const dead = sent.flatMap((one) => (one.dead ? [`edge.${one.message.topic}: ${one.message.key}`] : []));
    const letters = async () => (await stage.client.get<{ items: { topic: string; key: string }[] }>('/api/v1/dlq', { query: { limit: 1_000 } })).items.map(({ topic, key }) => `${topic}: ${key}`);
    await stage.until(async () => { const there = await letters(); return dead.every((one) => there.includes(one)); });
    expect(await stage.show(running)).toMatchObject({ status: 'running' });
    expect([stage.lines('ran'), existsSync(stage.home('touched'))]).toEqual([['stop', 'start', 'stop'], false]);
  }, 600_000);

  it('leave the action to end as it would have, each command run once', async () => {
    writeFileSync(stage.home('go'), '');
    expect(await stage.ended(running)).toMatchObject({ status: 'completed' });
    expect([stage.lines('ran'), existsSync(stage.home('touched'))]).toEqual([['stop', 'start', 'stop', 'start'], false]);
    expect(readdirSync(stage.home('.edge/jobs')).filter((job) => /^f\d0/.test(job))).toEqual([]);
    const { items } = await stage.client.get<{ items: { action_id: string }[] }>('/api/v1/actions', { query: { space: 'lab' } });
    expect(items).toHaveLength(2);
  }, 600_000);
}
