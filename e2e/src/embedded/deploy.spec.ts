import { describe, expect, it } from '@jest/globals';
import { EdgeProblem } from '@edge/client';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoHosts, hostRuns, runningVersions } from './demo-data.js';
import { EdgeProcess, repositoryRoot } from './edge-process.js';
import { withEdge } from './with-edge.js';
import { spawnSync } from 'node:child_process';

interface Started { action_id: string; project: string; status: string; hosts: number; duplicate?: boolean }
interface Shown { action_id: string; status: string; reason?: string; hosts: { host: string; state: string; version?: string }[] }
interface Line { command_id: string; host: string; stream: string; offset: number; text: string }

const all = (version: string) => Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`web-${String(index + 1).padStart(2, '0')}`, version]));

describe('edge up --demo', () => {
  const world = withEdge('--demo');

  const deploy = (version: string, more: object = {}, prefer = 'wait=120') => world.edge.client().call<Started & Shown>('POST', '/space/demo/shop/deploy/', { body: { version, ...more }, headers: { prefer } });
  const shown = (id: string) => world.edge.client().get<Shown>(`/api/v1/actions/${id}`);

  async function logLines(id: string): Promise<Line[]> {
    const lines: Line[] = [];
    for await (const line of world.edge.client().pages<Line>(`/api/v1/actions/${id}/logs`, { kind: 'detail', limit: 500 })) lines.push(line);
    return lines;
  }

  it('starts with version 1 on every host', async () => {
    expect(await runningVersions(world.data)).toEqual(all('shop-1'));
  });

  it('deploys a second version to all 12 hosts', async () => {
    const { status, body } = await deploy('shop-2.tar.gz');
    expect(status).toBe(200);
    expect((await shown(body.action_id)).hosts.map((host) => host.state)).toEqual(Array(12).fill('succeeded'));
    expect(await runningVersions(world.data)).toEqual(all('shop-2'));
    for (const { name } of demoHosts(world.data)) expect(hostRuns(world.data, name).filter((line) => line.includes(body.action_id))).toHaveLength(2);
  }, 180_000);

  it('shows every line and gives back the bytes of each stream', async () => {
    const { items } = await world.edge.client().get<{ items: Shown[] }>('/api/v1/actions', { query: { type: 'deploy', limit: 1 } });
    const lines = await logLines(items[0]!.action_id);
    const start = lines.find((line) => line.host === 'web-05' && line.text.startsWith('shop shop-2 listens'));
    expect(start).toBeDefined();
    const bytes = await world.edge.client().get<string>(`/api/v1/actions/${items[0]!.action_id}/commands/${start!.command_id}/output`, { query: { stream: 'stdout' }, headers: { accept: 'application/octet-stream' } });
    expect(bytes).toBe(`${start!.text}\n`);
  });

  it('leaves the old version running everywhere when the checksum is wrong', async () => {
    const { body } = await deploy('shop-bad.tar.gz');
    const action = await shown(body.action_id);
    expect(action.status).toBe('failed');
    expect(action.hosts.filter((host) => host.state === 'failed').map((host) => host.host)).toEqual(['web-01']);
    expect(await runningVersions(world.data)).toEqual(all('shop-2'));
  }, 180_000);

  it("answers a free command in the seed's shape", async () => {
    const answer = await world.edge.client().call('POST', '/api/v1/commands', { body: { hosts: ['web-01', 'web-02'], command: 'hostname' }, headers: { prefer: 'wait=30' } });
    expect(answer).toMatchObject({ status: 200, body: { 'web-01': { hostname: [0, true, ['web-01']] }, 'web-02': { hostname: [0, true, ['web-02']] } } });
  }, 60_000);

  it('goes on by itself after kill -9 in the middle of a deploy, and no host runs a command twice', async () => {
    const started = await world.edge.client().post<Started>('/space/demo/shop/deploy/', { version: 'shop-3.tar.gz' });
    await untilSomeHostRan(started.action_id);
    await world.edge.end('SIGKILL');
    await world.edge.start();
    let action = await shown(started.action_id);
    for (let tries = 0; tries < 600 && !['completed', 'failed', 'cancelled'].includes(action.status); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      action = await shown(started.action_id);
    }
    expect(action.status).toBe('completed');
    expect(await runningVersions(world.data)).toEqual(all('shop-3'));
    for (const { name } of demoHosts(world.data)) {
      const runs = hostRuns(world.data, name).filter((line) => line.includes(started.action_id)).map((line) => line.split(' ')[0]);
      expect(runs).toEqual(['stop', 'start']);
    }
  }, 180_000);

  async function untilSomeHostRan(id: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (demoHosts(world.data).filter(({ name }) => hostRuns(world.data, name).some((line) => line.includes(id))).length >= 2) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('No host ran anything within half a minute.');
  }

  it('refuses a second edge up on the same data, naming the first', async () => {
    await expect(new EdgeProcess({ data: world.data }).start()).rejects.toThrow(/Another Edge \(process \d+\) works on the data directory/);
  }, 60_000);

  const refusals: [string, string, object, number, RegExp][] = [
    ['an unknown space', '/space/nowhere/shop/deploy/', {}, 404, /nowhere|space/],
    ['an unknown project', '/space/demo/nothing/deploy/', {}, 404, /nothing|project/],
    ['an unknown type', '/space/demo/shop/explode/', {}, 422, /explode/],
    ['an unknown server', '/space/demo/shop/deploy/', { servers: ['web-99'] }, 422, /web-99/],
    ['a blank server', '/space/demo/shop/deploy/', { servers: ['web-01', ' '] }, 422, /blank|empty/i],
    ['an empty list of servers', '/space/demo/shop/deploy/', { servers: [] }, 422, /servers|empty/i],
    ['an unknown field', '/space/demo/shop/deploy/', { serverz: ['web-01'] }, 400, /serverz/],
    ['a countdown that is no number', '/space/demo/shop/deploy/', { countdown: 'soon' }, 422, /countdown/],
  ];
  it.each(refusals)('refuses %s before any host is touched', async (_name, path, body, status, says) => {
    const refused = await world.edge.client().post(path, body).then(() => undefined, (error: EdgeProblem) => error);
    expect(refused).toBeInstanceOf(EdgeProblem);
    expect({ status: refused?.status, text: JSON.stringify(refused?.problem) }).toEqual({ status, text: expect.stringMatching(says) });
  });

  it('deploys by the CLI, follows, and exits 0', async () => {
    const { url, token } = world.edge.address();
    const run = spawnSync(process.execPath, [join(repositoryRoot(), 'apps/cli/dist/program.js'), 'deploy', 'demo/shop', '--version', 'shop-2.tar.gz', '--hosts', 'web-01,web-07', '--countdown', '0', '--follow'], { encoding: 'utf8', env: { ...process.env, EDGE_URL: url, EDGE_TOKEN: token } });
    expect({ code: run.status, err: run.stderr.split('\n').at(-2) }).toEqual({ code: 0, err: expect.stringMatching(/completed/) });
    expect((await runningVersions(world.data))['web-07']).toBe('shop-2');
  }, 120_000);

  it('keeps the token in a file that only its owner may read', () => {
    expect(readFileSync(join(world.data, 'edge.json'), 'utf8')).toContain(world.edge.address().token);
  });
});
