import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineAddress, type KafkaCluster, probeEngine, probeProgram, startKafka, stopEngines } from '@edge/testing/engines';
import { Cluster } from './cluster.js';

interface Started { action_id: string; status: string }
interface Refused { code: string; detail: string }

const probes = await Promise.all([probeProgram('kafka'), probeEngine('mongo'), probeEngine('elasticsearch')]);
const missing = probes.flatMap((probe) => (probe.available ? [] : [probe.reason])).join('; ');
const suite = missing ? describe.skip : describe;

suite(missing ? `people while Kafka is away (skipped: ${missing})` : 'people while Kafka is away', () => {
  let cluster: Cluster;
  let kafka: KafkaCluster;

  beforeAll(async () => {
    const [mongo, elasticsearch] = await Promise.all([engineAddress('mongo'), engineAddress('elasticsearch')]);
    kafka = await startKafka();
    cluster = await Cluster.start({ engines: { kafka: kafka.address, mongo, elasticsearch } });
  }, 300_000);

  afterAll(async () => {
    await cluster?.stop();
    await kafka?.stop();
    await stopEngines();
  }, 600_000);

  const post = (path: string, body: object, headers: Record<string, string> = {}) => fetch(`${cluster.service('gateway').url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${cluster.adminToken}`, 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

  it('are answered that a cancel may still arrive, which it does; and a gateway that ends meanwhile answers all whom it has in hand', async () => {
    const run = { hosts: ['web-01'], command: 'sleep 120', space: 'demo' };
    const { action_id: id } = await (await post('/api/v1/commands', run)).json() as Started;
    await cluster.until(async () => (await cluster.shown(id)).status === 'running');
    await kafka.kill();
    const began = performance.now();
    const refused = await post(`/api/v1/actions/${id}/cancel`, {});
    expect(performance.now() - began).toBeLessThan(20_000);
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([503, '5', expect.objectContaining({ code: 'unavailable', detail: expect.stringContaining('It may still arrive') } satisfies Partial<Record<keyof Refused, unknown>>)]);

    await kafka.restart();
    await cluster.until(async () => (await cluster.shown(id)).status === 'cancelled', { of: id });

    await kafka.kill();
    const waits = post('/api/v1/commands', { ...run, hosts: ['web-02'] }, { prefer: 'wait=60' });
    await sleep(2_000);
    const ending = performance.now();
    const exit = cluster.service('gateway').end('SIGTERM');
    const answer = await waits;
    expect([answer.status, await answer.json()]).toEqual([202, expect.objectContaining({ action_id: expect.any(String) })]);
    expect(performance.now() - ending).toBeLessThan(5_000);
    expect(await exit).toBe(0);
    expect(performance.now() - ending).toBeLessThan(24_000);
    await kafka.restart();
  }, 400_000);
});
