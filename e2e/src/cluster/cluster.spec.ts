import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { EdgeProblem } from '@edge/client';
import { engineAddress, probeEngine, stopEngines } from '@edge/testing/engines';
import { demoHosts, hostRuns, runningVersions } from '../embedded/demo-data.js';
import { Cluster } from './cluster.js';

interface Started { action_id: string; status: string }
interface Shown { status: string; reason?: string; hosts: { host: string; state: string }[] }
interface Line { host: string; text: string; command_id: string; offset: number }

const probes = await Promise.all((['kafka', 'mongo', 'elasticsearch'] as const).map((name) => probeEngine(name)));
const missing = probes.flatMap((probe) => (probe.available ? [] : [probe.reason])).join('; ');
const suite = missing ? describe.skip : describe;
const all = (version: string) => Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`web-${String(index + 1).padStart(2, '0')}`, version]));

suite(missing ? `a cluster (skipped: ${missing})` : 'a cluster of six services over Kafka, MongoDB and Elasticsearch', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    const [kafka, mongo, elasticsearch] = await Promise.all([engineAddress('kafka'), engineAddress('mongo'), engineAddress('elasticsearch')]);
    cluster = await Cluster.start({ kafka, mongo, elasticsearch });
  }, 300_000);

  afterAll(async () => {
    await cluster?.stop();
    await stopEngines();
  }, 120_000);

  const shown = (id: string) => cluster.client().get<Shown>(`/api/v1/actions/${id}`);
  const runsOf = (host: string, action: string) => hostRuns(cluster.data, host).filter((line) => line.includes(action)).map((line) => line.split(' ')[0]);

  it('passes configuration and access on to their services, which know the caller', async () => {
    expect(await cluster.client().get('/api/v1/me')).toMatchObject({ subject: 'user:admin' });
    expect(await cluster.client().get('/api/v1/spaces/demo/projects/shop')).toMatchObject({ environment: 'linux' });
    const { items } = await cluster.client().get<{ items: object[] }>('/api/v1/audit', { query: { limit: 20 } });
    expect(items).toContainEqual(expect.objectContaining({ what: 'applyDocuments', subject: 'user:admin', from: '127.0.0.1' }));
  });

  it('refuses strangers at every door', async () => {
    const refusal = (asked: Promise<unknown>) => asked.then(() => undefined, (error: EdgeProblem) => error.status);
    const stranger = cluster.client('edge_nobody');
    expect(await Promise.all(['/api/v1/me', '/api/v1/spaces', '/api/v1/actions'].map((path) => refusal(stranger.get(path))))).toEqual([401, 401, 401]);
    const ask = (token?: string) => fetch(`${cluster.service('config').url}/service/v1/secrets/values`, { method: 'POST', body: '{"space":"demo","names":["x"]}', headers: { 'content-type': 'application/json', ...(token ? { 'x-edge-service-token': token } : {}) } }).then(({ status }) => status);
    expect([await ask(), await ask('guessed'), await ask(cluster.serviceToken)]).toEqual([404, 401, 200]);
    expect(await refusal(cluster.client().post('/service/v1/secrets/values'))).toBe(404);
  });

  it('completes a deploy in whose middle orchestrator and executor are killed; no host runs a command twice', async () => {
    const { action_id: id } = await cluster.client().post<Started>('/space/demo/shop/deploy/', { version: 'shop-2.tar.gz' });
    await until(() => demoHosts(cluster.data).filter(({ name }) => runsOf(name, id).length > 0).length >= 2);
    const victims = [cluster.service('orchestrator'), cluster.service('executor')];
    await Promise.all(victims.map((service) => service.end('SIGKILL')));
    for (const service of victims) service.start();
    let action = await shown(id);
    await until(async () => ['completed', 'failed', 'cancelled'].includes((action = await shown(id)).status));
    expect(action).toMatchObject({ status: 'completed', hosts: Array(12).fill(expect.objectContaining({ state: 'succeeded' })) });
    expect(await runningVersions(cluster.data)).toEqual(all('shop-2'));
    for (const { name } of demoHosts(cluster.data)) expect(runsOf(name, id)).toEqual(['stop', 'start']);
    const due = (lines: Line[]) => lines.filter(({ text }) => text.startsWith('shop shop-2 listens')).map(({ host }) => host).sort();
    await until(async () => due(await logLines(id)).length >= 12);
    expect(due(await logLines(id))).toEqual(Object.keys(all('')));
  }, 180_000);

  it('lets nobody in while the acl is away, says so, and goes on when it is back', async () => {
    await cluster.service('acl').end('SIGKILL');
    const refused = await cluster.client().get('/api/v1/actions').then(() => undefined, (error: EdgeProblem) => error);
    expect({ status: refused?.status, code: refused?.problem.code }).toEqual({ status: 503, code: 'unavailable' });
    expect((await cluster.service('gateway').state())?.checks.acl?.ok).toBe(false);
    await cluster.service('acl').start().ready();
    await until(async () => (await cluster.service('gateway').state())?.ready === true);
    await until(() => cluster.client().get('/api/v1/actions').then(() => true, () => false));
  }, 120_000);

  it('drains every service on SIGTERM', async () => {
    expect(await Promise.all([...cluster.services.values()].map((service) => service.end('SIGTERM')))).toEqual(Array(6).fill(0));
  }, 60_000);

  async function logLines(id: string): Promise<Line[]> {
    const lines: Line[] = [];
    for await (const line of cluster.client().pages<Line>(`/api/v1/actions/${id}/logs`, { kind: 'detail', limit: 500 })) lines.push(line);
    return lines;
  }

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 1_200; tries++) {
      if (await holds()) return;
      await sleep(100);
    }
    throw new Error(`It did not come to that. ${[...cluster.services.values()].map(({ name, output }) => `--- ${name}\n${output.slice(-3_000)}`).join('\n')}`);
  }
});
