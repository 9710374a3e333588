import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoHosts, hostRuns, runningVersions } from './demo-data.js';
import { withEdge } from './with-edge.js';

interface Shown { action_id: string; status: string; hosts: { state: string }[]; messages: { text: string }[] }
interface Counted { requests: number; failed: number; served: Record<string, number>; last_failure?: object }

describe('the store of the demo, behind its load balancer', () => {
  const running = withEdge('--demo');

  const answered = async (): Promise<Counted> => {
    const { windowPort } = JSON.parse(readFileSync(join(running.data, 'demo', 'fleet.json'), 'utf8')) as { windowPort: number };
    return (await fetch(`http://127.0.0.1:${windowPort}/`)).json() as Promise<Counted>;
  };

  it('is deployed in canaried stages, and no visitor notices', async () => {
    const { body } = await running.edge.client().call<Shown>('POST', '/space/demo/store/deploy/', { body: { version: 'shop-2.tar.gz' }, headers: { prefer: 'wait=150' } });
    const action = await running.edge.client().get<Shown>(`/api/v1/actions/${body.action_id}`);
    expect([action.status, action.hosts.map(({ state }) => state)]).toEqual(['completed', Array(12).fill('succeeded')]);
    expect(action.messages.filter(({ text }) => /^verdict by .*: 0 of \d+ requests failed$/.test(text))).toHaveLength(4); // two zones, after 25 % and 50 %
    expect(new Set(Object.values(await runningVersions(running.data)))).toEqual(new Set(['shop-2']));
    for (const { name } of demoHosts(running.data)) expect(hostRuns(running.data, name).filter((line) => line.includes(body.action_id))).toHaveLength(2);
    const { requests, failed, served, last_failure } = await answered();
    expect({ failed, last_failure }).toEqual({ failed: 0, last_failure: undefined });
    expect(requests).toBe((served['shop-1'] ?? 0) + (served['shop-2'] ?? 0));
    expect(served['shop-2']).toBeGreaterThan(0);
  }, 180_000);
});
