import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { withEdge } from './with-edge.js';

interface Started { action_id: string; status: string }

describe('the end of the single process', () => {
  const world = withEdge('--demo');

  it('answers who waits with the action as it is, ends streams cleanly, and the next process finishes the action', async () => {
    const { url, token } = world.edge.address();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const stream = await fetch(new URL('/api/v1/events', url), { headers });
    const streamEnds = stream.text();
    const waits = fetch(new URL('/api/v1/commands', url), { method: 'POST', headers: { ...headers, prefer: 'wait=60' }, body: JSON.stringify({ hosts: ['web-01'], command: 'sleep 6; echo done', space: 'demo' }) });
    await sleep(2_000);
    const began = performance.now();
    const ended = world.edge.end('SIGTERM');
    const answer = await waits;
    const tookMs = performance.now() - began;
    const { action_id: id, status } = await answer.json() as Started;
    expect({ http: answer.status, id, status }).toEqual({ http: 202, id: expect.any(String), status: 'running' });
    expect(tookMs).toBeLessThan(3_000);
    expect(await streamEnds).toContain('event: changed');
    expect(await ended).toBe(0);
    expect(performance.now() - began).toBeLessThan(25_000);
    await world.edge.start();
    for (let tries = 0; tries < 300 && (await world.edge.client().get<Started>(`/api/v1/actions/${id}`)).status === 'running'; tries++) await sleep(100);
    expect(await world.edge.client().get<Started>(`/api/v1/actions/${id}`)).toMatchObject({ status: 'completed' });
  }, 120_000);
});
