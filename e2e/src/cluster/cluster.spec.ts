import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EdgeProblem } from '@edge/client';
import { KafkaBus } from '@edge/kafka';
import type { BusRecord } from '@edge/ports';
import { generateKeyPair } from '@edge/ssh';
import { engineAddress, probeEngine, stopEngines } from '@edge/testing/engines';
import { demoHosts, hostRuns, runningVersions } from '../embedded/demo-data.js';
import { itDisbelieves } from '../access/disbelieves.js';
import { ClusterStage } from './cluster-stage.js';
import { Cluster } from './cluster.js';
import type { ServiceProcess } from './service-process.js';

interface Started { action_id: string; status: string }

const probes = await Promise.all((['kafka', 'mongo', 'elasticsearch'] as const).map((name) => probeEngine(name)));
const missing = probes.flatMap((probe) => (probe.available ? [] : [probe.reason])).join('; ');
const suite = missing ? describe.skip : describe;
const hosts = Array.from({ length: 12 }, (_, index) => `web-${String(index + 1).padStart(2, '0')}`);
const everywhere = <T>(value: T) => Object.fromEntries(hosts.map((host) => [host, value]));

suite(missing ? `a cluster (skipped: ${missing})` : 'a cluster over Kafka, MongoDB and Elasticsearch, two gateways, orchestrators and executors', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    const [kafka, mongo, elasticsearch] = await Promise.all([engineAddress('kafka'), engineAddress('mongo'), engineAddress('elasticsearch')]);
    cluster = await Cluster.start({ engines: { kafka, mongo, elasticsearch }, replicas: { gateway: 1, orchestrator: 1, executor: 1 } });
  }, 300_000);

  afterAll(async () => {
    await cluster?.stop();
    await stopEngines();
  }, 600_000);

  // First: figures and messages are counted.
  describe('with messages on Kafka that nobody should believe', () => itDisbelieves(() => ClusterStage.over(cluster)));

  it('passes configuration and access on to their services, which know the caller', async () => {
    expect(await cluster.client({ replica: 1 }).get('/api/v1/me')).toMatchObject({ subject: 'user:admin' });
    expect(await cluster.client({ replica: 1 }).get('/api/v1/spaces/demo/projects/shop')).toMatchObject({ environment: 'linux' });
    const { items } = await cluster.client().get<{ items: object[] }>('/api/v1/audit', { query: { limit: 20 } });
    expect(items).toContainEqual(expect.objectContaining({ what: 'applyDocuments', subject: 'user:admin', from: '127.0.0.1' }));
  });

  it('refuses strangers at every door', async () => {
    const stranger = cluster.client({ token: 'edge_nobody' });
    expect(await Promise.all(['/api/v1/me', '/api/v1/spaces', '/api/v1/actions'].map((path) => refusalOf(stranger.get(path))))).toEqual([401, 401, 401]);
    const ask = (token?: string) => fetch(`${cluster.service('config').url}/service/v1/secrets/values`, { method: 'POST', body: '{"space":"demo","names":["x"]}', headers: { 'content-type': 'application/json', ...(token ? { 'x-edge-service-token': token } : {}) } }).then(({ status }) => status);
    expect([await ask(), await ask('guessed'), await ask(cluster.serviceToken)]).toEqual([404, 401, 200]);
    expect(await refusalOf(cluster.client().post('/service/v1/secrets/values'))).toBe(404);
  });

  it('shows keys of hosts, checks and sweeps them through the executors, which alone reach them, and keeps a changed key for approval', async () => {
    interface Keys { enrolled: { key: string; fingerprint: string }[]; offered: { key: string; fingerprint: string }[]; pending?: { offered: { key: string }; known: { key: string }[] } }
    const ask = <T>(what: string, body?: object) => cluster.client().post<T>(`/api/v1/hosts/web-01/${what}`, body);
    const keys = () => cluster.client().get<Keys>('/api/v1/hosts/web-01/keys');
    const { enrolled, offered } = await keys();
    expect(offered.map(({ key }) => key)).toContain(enrolled[0]!.key);
    expect(await ask('check')).toMatchObject({ ok: true });
    expect(await ask('clean')).toMatchObject({ ok: true, detail: expect.stringContaining('job records removed') });
    const former = generateKeyPair('former').publicKey.split(' ', 2).join(' ');
    await ask('keys', { keys: [former] });
    expect(await ask('check')).toMatchObject({ ok: false, cause: 'host-key-changed' });
    await until(async () => (await keys()).pending !== undefined);
    expect((await keys()).pending).toMatchObject({ offered: { key: enrolled[0]!.key }, known: [{ key: former }] });
    await ask('keys', { keys: [enrolled[0]!.key] });
    expect(await ask('check')).toMatchObject({ ok: true });
    expect((await keys()).pending).toBeUndefined();
  });

  it('completes a deploy in whose middle every orchestrator and executor is killed; no host runs a command twice', async () => {
    const { action_id: id } = await cluster.client().post<Started>('/space/demo/shop/deploy/', { version: 'shop-2.tar.gz' });
    await until(() => hosts.filter((host) => runsOf(host, id).length > 0).length >= 2);
    const victims = [...cluster.all('orchestrator'), ...cluster.all('executor')];
    await Promise.all(victims.map((service) => service.end('SIGKILL')));
    for (const service of victims) service.start();
    expect(await ended(id)).toMatchObject({ status: 'completed', hosts: Array(12).fill(expect.objectContaining({ state: 'succeeded' })) });
    expect(await runningVersions(cluster.data)).toEqual(everywhere('shop-2'));
    expect(Object.fromEntries(demoHosts(cluster.data).map(({ name }) => [name, runsOf(name, id)]))).toEqual(everywhere(['stop', 'start']));
    const listens = async () => (await cluster.lines(id)).filter(({ text }) => text.startsWith('shop shop-2 listens')).map(({ host }) => host).sort();
    await until(async () => (await listens()).length >= 12);
    expect(await listens()).toEqual(hosts);
    await Promise.all(victims.map((service) => service.ready()));
  }, 600_000);

  it('lets one executor finish what it has, and others take over, when it is drained', async () => {
    interface Executor { executor: string; state: string; running: number }
    const executors = () => cluster.client().get<{ executors: Executor[] }>('/api/v1/system').then((system) => system.executors);
    const [first, second] = cluster.all('executor') as [ServiceProcess, ServiceProcess];
    const nameOf = async ({ pid }: ServiceProcess) => (await executors()).find(({ executor }) => executor.includes(`-${pid}-`))?.executor;
    await until(async () => (await nameOf(first)) !== undefined && (await nameOf(second)) !== undefined);
    const drained = (await nameOf(first))!;
    const { action_id: id } = await cluster.client().post<Started>('/api/v1/commands', { hosts, command: 'sh app/count drained 4 2', space: 'demo', concurrency: 6 });
    await until(() => hosts.some((host) => hostRuns(cluster.data, host).includes('count drained')));
    expect(await cluster.client({ replica: 1 }).post(`/api/v1/system/executors/${drained}/drain`)).toMatchObject({ executor: drained, state: 'draining' });
    await until(async () => (await first.state())?.checks.executor?.ok === false);
    expect((await second.state())?.ready).toBe(true);
    expect(await ended(id)).toMatchObject({ status: 'completed' });
    await until(async () => (await executors()).find(({ executor }) => executor === drained)?.state === 'drained');
    const told = first.output.length;
    const { action_id: next } = await cluster.client().post<Started>('/api/v1/commands', { hosts, command: 'sh app/count others 1 0', space: 'demo' });
    expect(await ended(next)).toMatchObject({ status: 'completed' });
    expect(first.output.slice(told)).not.toContain('command finished');
    for (const name of ['drained', 'others']) expect(hosts.map((host) => hostRuns(cluster.data, host).filter((line) => line === `count ${name}`))).toEqual(hosts.map(() => [`count ${name}`]));
    expect(await refusalOf(cluster.client().post('/api/v1/system/executors/nobody/drain'))).toBe(404);
    await roll([first]);
  }, 600_000);

  it('starts what a trigger says when an event comes, once however often it comes; a malformed one becomes a dead letter', async () => {
    const match = { type: 'dev.cdevents.artifact.published.*', 'data.subject.id': 'pkg:*/shop*' };
    await cluster.client().post('/api/v1/apply', { documents: [{ kind: 'Trigger', space: 'demo', name: 'on-artifact', match, start: { project: 'shop', type: 'deploy', version: '{data.subject.content.version}' } }] });
    const event = { context: { id: 'build-7', source: '/ci/shop', type: 'dev.cdevents.artifact.published.0.3.0' }, subject: { id: 'pkg:generic/shop@3', type: 'artifact', content: { version: 'shop-3.tar.gz' } } };
    const record = (value: string) => ({ topic: 'edge.requests', key: '', headers: {}, value });
    const bus = await KafkaBus.open({ brokers: (await engineAddress('kafka')).split(',') });
    await bus.publish([record(JSON.stringify(event)), record('no event'), record(JSON.stringify(event))]);
    await bus.close();
    const started = async () => (await cluster.client().get<{ items: { action_id: string; actor: { subject: string } }[] }>('/api/v1/actions', { query: { type: 'deploy', limit: 1 } })).items[0]!;
    await until(async () => (await cluster.shown((await started()).action_id)).reason === 'Event dev.cdevents.artifact.published.0.3.0 build-7');
    expect(await ended((await started()).action_id)).toMatchObject({ status: 'completed' });
    expect(await runningVersions(cluster.data)).toEqual(everywhere('shop-3'));
    for (const host of hosts) expect(hostRuns(cluster.data, host).filter((line) => line.startsWith('start shop-3'))).toHaveLength(1);
    const { items } = await cluster.client().get<{ items: object[] }>('/api/v1/dlq');
    expect(items).toContainEqual(expect.objectContaining({ topic: 'edge.requests', value: 'no event', cause: expect.stringContaining('The event is not JSON') }));
  }, 600_000);

  it('makes dead letters of malformed messages of every topic, with the cause, and goes on', async () => {
    const names = ['edge.actions', 'edge.commands', 'edge.output', 'edge.events', 'edge.dlq'];
    const bus = await KafkaBus.open({ brokers: (await engineAddress('kafka')).split(',') });
    const spoilt = (topic: string): BusRecord[] => [{ topic, key: 'spoilt', headers: {}, value: '{' }, { topic, key: 'spoilt', headers: { ce_id: `spoilt-${topic}`, ce_type: 'edge.action.requested.v1' }, value: '{"action":7}' }];
    await bus.publish(names.flatMap(spoilt));
    await bus.close();
    const letters = async () => (await cluster.client().get<{ items: { topic: string; key: string; cause: string }[] }>('/api/v1/dlq', { query: { limit: 1_000 } })).items.filter(({ key }) => key === 'spoilt');
    await until(async () => new Set((await letters()).map(({ topic, cause }) => `${topic} ${cause}`)).size >= 2 * names.length);
    const causes = await letters();
    for (const name of names) expect(causes.filter(({ topic }) => topic === name).map(({ cause }) => cause)).toEqual(expect.arrayContaining([expect.stringMatching(/no ce_id|not JSON/), expect.stringContaining('/action')]));
  }, 600_000);

  it('lets nobody in while the acl is away, says so, and goes on when it is back', async () => {
    await cluster.service('acl').end('SIGKILL');
    const refused = await cluster.client().get('/api/v1/actions').then(() => undefined, (error: EdgeProblem) => error);
    expect({ status: refused?.status, code: refused?.problem.code }).toEqual({ status: 503, code: 'unavailable' });
    expect((await cluster.service('gateway').state())?.checks.acl?.ok).toBe(false);
    await cluster.service('acl').start().ready();
    await until(async () => (await cluster.service('gateway').state())?.ready === true);
    await until(() => cluster.client().get('/api/v1/actions').then(() => true, () => false));
  }, 600_000);

  const runsOf = (host: string, action: string) => hostRuns(cluster.data, host).filter((line) => line.includes(action)).map((line) => line.split(' ')[0]);
  const until = (holds: () => boolean | Promise<boolean>) => cluster.until(holds);
  const ended = (id: string) => cluster.ended(id);
  const refusalOf = (asked: Promise<unknown>) => asked.then(() => undefined, (error: EdgeProblem) => error.status);

  /** Drains them all, each within its time, and starts them anew. */
  async function roll(services: ServiceProcess[]): Promise<void> {
    expect(await Promise.all(services.map((service) => service.end('SIGTERM')))).toEqual(services.map(() => 0));
    await Promise.all(services.map((service) => service.start().ready()));
  }
});
