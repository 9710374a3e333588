import { join } from 'node:path';
import { processorMs, startEdge, type UnderTest } from '../start/edge-under-test.js';
import type { Measured } from '../store/figures.js';
import type { Fleet } from './fleet.js';
import { startFakeFleet } from './start-fake-fleet.js';

/** `POST /api/v1/commands` for 1,000 hosts on a new Edge: from the request to the answer with all results. */
export async function measureRest(folder: string): Promise<Measured[]> {
  const fleet = await startFakeFleet(folder, { net: 87, count: 1000 });
  const edge = await startEdge(join(folder, 'edge'), { EDGE_SSH_CONFIG: fleet.sshConfig });
  try {
    await post(edge, '/api/v1/apply', { documents: documentsOf(fleet) });
    const cost = processorMs(edge.pid);
    const first = await runOnAll(edge, fleet);
    const processor = (processorMs(edge.pid) - cost) / 1000;
    const second = await runOnAll(edge, fleet);
    return [
      { name: 'rest_1000', value: first.seconds, unit: 's', goal: 5, about: '1,000 fake hosts through REST, durable, no connection open: request to answer' },
      { name: 'rest_1000_processor', value: processor, unit: 's', about: '  processor time of Edge for it, all threads' },
      { name: 'rest_1000_again', value: second.seconds, unit: 's', about: '  the same once more, over the open connections' },
      { name: 'rest_1000_failed', value: 2000 - first.ok - second.ok, unit: 'of 2000', goal: 0, about: '  hosts that did not answer with exit code 0' },
    ];
  } finally {
    await edge.end();
    await fleet.stop();
  }
}

function documentsOf({ hosts }: Fleet): object[] {
  return [{ kind: 'Space', name: 'bench', title: 'Bench' }, ...hosts.map(({ name, address, port, user }) => ({ kind: 'Host', name, address, port, user, zone: 'one', spaces: ['bench'] }))];
}

async function runOnAll(edge: UnderTest, { hosts }: Fleet): Promise<{ seconds: number; ok: number }> {
  const began = performance.now();
  const answer = await post(edge, '/api/v1/commands', { hosts: hosts.map(({ name }) => name), command: 'hostname', space: 'bench', concurrency: 1000 }, { prefer: 'wait=60' });
  const seconds = (performance.now() - began) / 1000;
  const results = (await answer.json()) as Record<string, Record<string, [number | null, boolean, string[]]>>;
  return { seconds, ok: Object.values(results).filter((commands) => Object.values(commands).some(([code]) => code === 0)).length };
}

async function post({ url, token }: UnderTest, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(new URL(path, url), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}
