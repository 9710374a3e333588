import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { engineAddress, probeEngine, stopEngines } from '@edge/testing/engines';
import { Kafka, logLevel } from 'kafkajs';
import { hostRuns, runningVersions } from '../embedded/demo-data.js';
import { Cluster } from './cluster.js';
import { ReadinessWatch } from './readiness-watch.js';
import type { ServiceProcess } from './service-process.js';

interface Deploy { id: string; mark: string; version: string }

const probes = await Promise.all((['kafka', 'mongo', 'elasticsearch'] as const).map((name) => probeEngine(name)));
const missing = probes.flatMap((probe) => (probe.available ? [] : [probe.reason])).join('; ');
const suite = missing ? describe.skip : describe;
const hosts = Array.from({ length: 12 }, (_, index) => `web-${String(index + 1).padStart(2, '0')}`);
const everywhere = <T>(value: T) => Object.fromEntries(hosts.map((host) => [host, value]));
const linesEach = 20;

/** One process after the other, as a rolling update does it; in full (`EDGE_TEST_ROLL=all`, as `npm run proofs -- --only rolling-restart` does it) each replica, else the last one of each service. */
const order = ['gateway', 'config', 'acl', 'orchestrator', 'executor', 'log-shipper'] as const;
const rolled = process.env.EDGE_TEST_ROLL === 'all' ? 0 : -1;
const groups = { orchestrator: 'edge-orchestrator', executor: 'edge-executor', 'log-shipper': 'edge-log-shipper' } as const;

suite(missing ? `a rolling restart (skipped: ${missing})` : 'a rolling restart of every service of a cluster', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    const [kafka, mongo, elasticsearch] = await Promise.all([engineAddress('kafka'), engineAddress('mongo'), engineAddress('elasticsearch')]);
    cluster = await Cluster.start({ engines: { kafka, mongo, elasticsearch }, replicas: { gateway: 1, orchestrator: 1, executor: 1, 'log-shipper': 1 } });
  }, 300_000);

  afterAll(async () => {
    await cluster?.stop();
    await stopEngines();
  }, 600_000);

  it('under running deploys: each process drains and is truly ready again, the deploys complete, no host runs a command twice, no line is missing', async () => {
    const deploys: Deploy[] = [];
    const watch = new ReadinessWatch(cluster.all('gateway'), cluster.adminToken);
    for (const service of order.flatMap((name) => cluster.all(name).slice(rolled))) {
      await keepDeploying(deploys);
      expect({ service: service.name, exit: await service.end('SIGTERM') }).toEqual({ service: service.name, exit: 0 });
      await service.start().ready();
      expect(await cannot(service)).toBeUndefined();
    }
    for (const { id } of deploys) expect(await cluster.ended(id)).toMatchObject({ status: 'completed', hosts: Array(12).fill(expect.objectContaining({ state: 'succeeded' })) });
    const answered = await watch.stop();

    expect(watch.lies).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    expect(await runningVersions(cluster.data)).toEqual(everywhere(deploys.at(-1)!.version));
    for (const deploy of deploys) await expectWhole(deploy);
  }, 1_200_000);

  /** There is always one that works on hosts: when it has ended, the next one begins. */
  async function keepDeploying(deploys: Deploy[]): Promise<void> {
    const last = deploys.at(-1);
    if (last && !(await cluster.hasEnded(last.id))) return;
    const [mark, version] = [`roll-${deploys.length}`, `shop-${2 + (deploys.length % 2)}`];
    const body = { version: `${version}.tar.gz`, config: { start_command: `sh app/start && sh app/count ${mark} ${linesEach} 2` } };
    const { action_id: id } = await cluster.client().post<{ action_id: string }>('/space/demo/shop/deploy/', body);
    deploys.push({ id, mark, version });
    await cluster.until(() => hosts.some((host) => runsOf(host, id).length > 0), { of: id });
  }

  /** What a service that calls itself ready does not do; undefined when it does. */
  async function cannot({ name, url }: ServiceProcess): Promise<string | undefined> {
    if (name === 'gateway') return (await fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${cluster.adminToken}` } })).ok ? undefined : 'answer people';
    if (name === 'config') return (await asks(url, 'secrets/values', { space: 'demo', names: ['x'] })) ? undefined : 'answer services';
    if (name === 'acl') return (await asks(url, 'access/authenticate', { bearer: cluster.adminToken })) ? undefined : 'answer services';
    const admin = new Kafka({ brokers: (await engineAddress('kafka')).split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { groups: [group] } = await admin.describeGroups([groups[name]]);
    await admin.disconnect();
    return group?.members.length === cluster.all(name).length ? undefined : `read the bus: ${group?.state} with ${group?.members.length} members`;
  }

  async function asks(url: string, path: string, body: object): Promise<boolean> {
    return (await fetch(`${url}/service/v1/${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'x-edge-service-token': cluster.serviceToken } })).ok;
  }

  const runsOf = (host: string, id: string) => hostRuns(cluster.data, host).filter((line) => line.includes(id)).map((line) => line.split(' ')[0]);

  async function expectWhole({ id, mark }: Deploy): Promise<void> {
    expect(Object.fromEntries(hosts.map((host) => [host, runsOf(host, id)]))).toEqual(everywhere(['stop', 'start']));
    expect(Object.fromEntries(hosts.map((host) => [host, hostRuns(cluster.data, host).filter((line) => line === `count ${mark}`)]))).toEqual(everywhere([`count ${mark}`]));
    const numbers = Array.from({ length: linesEach }, (_, n) => n + 1);
    const expected = (host: string) => [...numbers.map((n) => `${mark} ${n} of ${linesEach} on ${host}`), ...numbers.map((n) => `${mark} ${n} aside`), `${mark} done`].sort();
    const found = async () => {
      const lines = await cluster.lines(id);
      return Object.fromEntries(hosts.map((host) => [host, lines.filter((line) => line.host === host && line.text.startsWith(mark)).map(({ text }) => text).sort()]));
    };
    await cluster.until(async () => Object.values(await found()).flat().length >= hosts.length * (2 * linesEach + 1), { of: id });
    expect(await found()).toEqual(Object.fromEntries(hosts.map((host) => [host, expected(host)])));
  }
});
