import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeProblem } from '@edge/client';
import { hostRuns } from './demo-data.js';
import { withEdge } from './with-edge.js';

interface Executor { executor: string; state: string; running: number }
interface Started { action_id: string }

describe('draining the executor of the single process', () => {
  const world = withEdge('--demo');

  const executors = () => world.edge.client().get<{ executors: Executor[] }>('/api/v1/system').then((system) => system.executors);
  const drain = (name: string) => world.edge.client().post<Executor>(`/api/v1/system/executors/${name}/drain`);
  const readiness = async () => (await (await fetch(new URL('/readyz', world.edge.address().url))).json()) as { ready: boolean; checks: Record<string, { ok: boolean; detail: string }> };
  const run = (text: string) => world.edge.client().post<Started>('/api/v1/commands', { hosts: ['web-01'], command: text, space: 'demo' });
  const status = async ({ action_id: id }: Started) => (await world.edge.client().get<{ status: string }>(`/api/v1/actions/${id}`)).status;

  it('refuses one that it does not know', async () => {
    const refused = await drain('nobody').then(() => undefined, (error: EdgeProblem) => error);
    expect({ status: refused?.status, code: refused?.problem.code, detail: refused?.problem.detail }).toEqual({ status: 404, code: 'not-found', detail: expect.stringContaining('executor nobody') });
  });

  it('finishes what is in hand and takes no more, says so everywhere, and the next process takes what waits', async () => {
    await until(async () => (await executors()).length === 1);
    const before = (await executors())[0]!;
    const inHand = await run('sh app/count inhand 3 2');
    await until(() => hostRuns(world.data, 'web-01').includes('count inhand'));
    expect(await drain(before.executor)).toMatchObject({ executor: before.executor, state: 'draining' });
    await until(async () => !(await readiness()).ready);
    expect((await readiness()).checks).toMatchObject({ executor: { ok: false, detail: expect.stringMatching(/^drain/) }, bus: { ok: true } });
    const waits = await run('sh app/count waits 1 0');
    await until(async () => (await status(inHand)) === 'completed');
    await until(async () => (await executors())[0]?.state === 'drained');
    expect([await status(waits), hostRuns(world.data, 'web-01').includes('count waits')]).toEqual(['running', false]);
    await world.edge.end();
    await world.edge.start();
    await until(async () => (await status(waits)) === 'completed');
    expect(hostRuns(world.data, 'web-01').filter((line) => /inhand|waits/.test(line))).toEqual(['count inhand', 'count waits']);
    expect(await readiness()).toMatchObject({ ready: true, checks: { executor: { ok: true, detail: 'working' } } });
    const { items } = await world.edge.client().get<{ items: object[] }>('/api/v1/audit', { query: { limit: 50 } });
    expect(items).toContainEqual(expect.objectContaining({ what: 'drainExecutor', allowed: true }));
  }, 240_000);

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 1_000; tries++) {
      if (await holds()) return;
      await sleep(100);
    }
    throw new Error(`It did not come to that. ${world.edge.output.slice(-3_000)}`);
  }
});
