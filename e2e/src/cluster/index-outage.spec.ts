import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@elastic/elasticsearch';
import type { DetailDocument } from '@edge/contracts';
import { engineAddress, probeEngine, probeProgram, type SingleEngine, startElasticsearch, stopEngines } from '@edge/testing/engines';
import { runningVersions } from '../embedded/demo-data.js';
import { Cluster } from './cluster.js';

interface Started { action_id: string }

const probes = await Promise.all([probeEngine('kafka'), probeEngine('mongo'), probeProgram('elasticsearch')]);
const missing = probes.flatMap((probe) => (probe.available ? [] : [probe.reason])).join('; ');
const suite = missing ? describe.skip : describe;
const hosts = Array.from({ length: 12 }, (_, index) => `web-${String(index + 1).padStart(2, '0')}`);
/** In full: `EDGE_TEST_LINES=100000 EDGE_TEST_OUTAGE=60`, as `npm run proofs -- --only index-outage` does it. */
const total = Number(process.env.EDGE_TEST_LINES ?? 6_000);
const outageMs = 1000 * Number(process.env.EDGE_TEST_OUTAGE ?? 5);
/** On each stream of each host, in two actions. */
const linesEach = Math.ceil(total / hosts.length / 4);

suite(missing ? `a cluster whose Elasticsearch is away (skipped: ${missing})` : 'a cluster whose Elasticsearch is away, then busy', () => {
  let cluster: Cluster;
  let elasticsearch: SingleEngine;

  beforeAll(async () => {
    const [kafka, mongo] = await Promise.all([engineAddress('kafka'), engineAddress('mongo')]);
    // One thread and a queue of one: parallel bulks are answered 429 document by document.
    elasticsearch = await startElasticsearch({ settings: { 'node.processors': '1', 'thread_pool.write.size': '1', 'thread_pool.write.queue_size': '1' } });
    cluster = await Cluster.start({ engines: { kafka, mongo, elasticsearch: elasticsearch.address }, replicas: { 'log-shipper': 1 } });
  }, 300_000);

  afterAll(async () => {
    await cluster?.stop();
    await elasticsearch?.stop();
    await stopEngines();
  }, 600_000);

  const print = (mark: string) => cluster.client().post<Started>('/api/v1/commands', { hosts, command: `sh app/count ${mark} ${linesEach} 0`, space: 'demo', concurrency: 12 });
  const deploy = (version: string) => cluster.client().post<Started>('/space/demo/shop/deploy/', { version: `${version}.tar.gz` });

  it('deploys meanwhile as ever, and has every line once afterwards', async () => {
    const client = new Client({ node: elasticsearch.address, maxRetries: 0 });
    const first = await print('first');
    await cluster.until(async () => (await documents(client)) > 0);
    await elasticsearch.kill();
    const away = performance.now();
    const second = await print('second');
    const unaffected = await deploy('shop-2');
    expect(await cluster.ended(unaffected.action_id)).toMatchObject({ status: 'completed', hosts: Array(12).fill(expect.objectContaining({ state: 'succeeded' })) });
    expect(await runningVersions(cluster.data)).toEqual(Object.fromEntries(hosts.map((host) => [host, 'shop-2'])));
    expect((await Promise.all([first, second].map(({ action_id: id }) => cluster.ended(id)))).map(({ status }) => status)).toEqual(['completed', 'completed']);
    await sleep(Math.max(0, outageMs - (performance.now() - away)));

    await elasticsearch.restart();
    await cluster.until(async () => (await documents(client)) > 0);
    const busy = keepBusy(client);
    const then = await deploy('shop-3');
    expect(await cluster.ended(then.action_id)).toMatchObject({ status: 'completed' });
    await sleep(outageMs / 4);
    const turnedAway = await busy.end();

    const printed = [['first', first.action_id], ['second', second.action_id]] as const;
    for (const [mark, id] of printed) await expectOnce(mark, id);
    console.log(`${total} lines, Elasticsearch away for ${Math.round(outageMs / 1000)} s; ${turnedAway} requests of others were answered 429`);
    expect(turnedAway).toBeGreaterThan(0);
    await client.close();
  }, 1_500_000);

  /** Ids are those of commands, streams and byte offsets: each once, with its text, is the whole set. */
  async function expectOnce(mark: string, id: string): Promise<void> {
    let lines: DetailDocument[] = [];
    await cluster.until(async () => {
      lines = await cluster.lines(id);
      return lines.length >= hosts.length * (2 * linesEach + 1);
    }, { of: id });
    const textsOf = (host: string) => lines.filter((line) => line.host === host).map(({ text }) => text).sort();
    const numbers = Array.from({ length: linesEach }, (_, n) => n + 1);
    const expected = (host: string) => [...numbers.map((n) => `${mark} ${n} of ${linesEach} on ${host}`), ...numbers.map((n) => `${mark} ${n} aside`), `${mark} done`].sort();
    expect(new Set(lines.map((line) => line.id)).size).toBe(lines.length);
    for (const host of hosts) expect(textsOf(host)).toEqual(expected(host));
  }

  async function documents(client: Client): Promise<number> {
    return client.count({ index: 'edge-detail-*', allow_no_indices: true }).then(({ count }) => count, () => 0);
  }

  /** Others write, too: so many at once that everybody is answered 429 again and again. */
  function keepBusy(client: Client): { end(): Promise<number> } {
    let [stopped, turnedAway] = [false, 0];
    const operations = Array.from({ length: 500 }, (_, n) => [{ index: { _index: 'others' } }, { text: `${n} `.repeat(50) }]).flat();
    const loops = Array.from({ length: 8 }, async () => {
      while (!stopped) {
        const statuses = await client.bulk({ operations }).then(({ items }) => items.map(({ index }) => index?.status), (error: { statusCode?: number }) => [error.statusCode]);
        if (statuses.includes(429)) turnedAway += 1;
      }
    });
    return {
      end: async () => {
        stopped = true;
        await Promise.all(loops);
        return turnedAway;
      },
    };
  }
});
