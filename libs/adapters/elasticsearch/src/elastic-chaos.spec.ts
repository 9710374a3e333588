import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@elastic/elasticsearch';
import { newId, type DetailDocument } from '@edge/contracts';
import { freePort, probeProgram, type SingleEngine, startElasticsearch } from '@edge/testing/engines';
import { ElasticLogIndex } from './elastic-log-index.js';

const probe = await probeProgram('elasticsearch');
const suite = probe.available ? describe : describe.skip;
/** In full: `EDGE_TEST_LINES=100000 EDGE_TEST_OUTAGE=60`, as `npm run proofs -- --only index-weather` does it. */
const total = Number(process.env.EDGE_TEST_LINES ?? 8_000);
const outageMs = 1000 * Number(process.env.EDGE_TEST_OUTAGE ?? 0);

const action = newId(Date.now());
const lines = (from: number, count: number, size = 40): DetailDocument[] => Array.from({ length: count }, (_, n) => ({
  id: `${action}-c:stdout:${from + n}`, correlation_id: action, space: 's', project: 'p', type: 'deploy', actor: 'user:a', at: new Date().toISOString(), host: 'h', step: 'start',
  command_id: `${action}-c`, stream: 'stdout', offset: from + n, text: `line ${from + n} `.padEnd(size, 'x'), newline: true,
}));

/** As the log shipper does it: what must be tried again is, all of it. */
async function insist(index: ElasticLogIndex, details: DetailDocument[]): Promise<void> {
  while (!(await index.index({ summaries: [], details }).then((refused) => refused.length === 0, () => false)));
}

async function countLines(client: Client): Promise<number> {
  await client.indices.refresh({ index: 'edge-detail-*' });
  return (await client.count({ index: 'edge-detail-*' })).count;
}

async function removeLines(client: Client): Promise<void> {
  for (const name of Object.keys(await client.indices.get({ index: 'edge-detail-*' }))) await client.indices.delete({ index: name });
}

/** Every document by its id, page after page. */
async function textsOf(client: Client): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const documents of client.helpers.scrollDocuments<DetailDocument>({ index: 'edge-detail-*', size: 2_000 })) texts.set(documents.id, documents.text);
  return texts;
}

suite(`Elasticsearch in bad weather${probe.available ? '' : ` (${probe.reason})`}`, () => {
  it('has every line once after it was killed, frozen, busy and read-only', async () => {
    const engine = await startElasticsearch({ settings: { 'node.processors': '1', 'thread_pool.write.size': '1', 'thread_pool.write.queue_size': '1' } });
    const index = await ElasticLogIndex.open({ url: engine.address, patienceMs: 3000 });
    const client = new Client({ node: engine.address, maxRetries: 5 });
    const batches = Array.from({ length: total / 500 }, (_, n) => lines(n * 500, 500));
    const queue = [...batches];
    const ship = async (): Promise<void> => { for (let batch = queue.shift(); batch; batch = queue.shift()) await insist(index, batch); };
    const shipping = Promise.all(Array.from({ length: 6 }, ship));

    const reach = async (share: number) => { while (queue.length > batches.length * (1 - share)) await new Promise((resolve) => setTimeout(resolve, 20)); };
    await reach(0.2);
    await engine.kill();
    await new Promise((resolve) => setTimeout(resolve, outageMs));
    await engine.restart();
    await reach(0.4);
    engine.freeze();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    engine.thaw();
    await reach(0.6);
    const block = (on: boolean) => client.indices.putSettings({ index: 'edge-detail-*', settings: { 'index.blocks.read_only_allow_delete': on } });
    await block(true);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await block(false);
    await shipping;

    expect(await countLines(client)).toBe(total);
    expect(await textsOf(client)).toEqual(new Map(batches.flat().map(({ id, text }) => [id, text])));
    await Promise.all([client.close(), index.close()]);
    await engine.stop();
  }, 900_000);

  describe('as it comes', () => {
    let engine: SingleEngine;
    beforeAll(async () => { engine = await startElasticsearch(); }, 120_000);
    afterEach(async () => {
      const client = new Client({ node: engine.address });
      await removeLines(client);
      await client.close();
    }, 60_000);
    afterAll(() => engine.stop(), 60_000);

    it('names the one document for which the server turns the whole request away', async () => {
      const index = await ElasticLogIndex.open({ url: engine.address });
      const client = new Client({ node: engine.address });
      const spoilt = lines(900, 1).map((line) => ({ ...line, id: 'i'.repeat(600) }));
      const refused = await index.index({ summaries: [], details: [...lines(0, 100), ...spoilt, ...lines(100, 100)] });
      expect(refused).toEqual([{ id: 'i'.repeat(600), reason: expect.stringContaining('id') }]);
      expect(await countLines(client)).toBe(200);
      await Promise.all([client.close(), index.close()]);
    }, 120_000);

    it('says that the index is read-only, and takes the lines afterwards', async () => {
      const index = await ElasticLogIndex.open({ url: engine.address, patienceMs: 500 });
      const client = new Client({ node: engine.address });
      await insist(index, lines(0, 1));
      for (const setting of ['index.blocks.write', 'index.blocks.read_only_allow_delete']) {
        await client.indices.putSettings({ index: 'edge-detail-*', settings: { [setting]: true } });
        await expect(index.index({ summaries: [], details: lines(0, 5) })).rejects.toMatchObject({ code: 'unavailable', detail: expect.stringMatching(/^Elasticsearch did not take 5 of 5 log documents: .*blocked/) });
        await client.indices.putSettings({ index: 'edge-detail-*', settings: { [setting]: null } });
      }
      await insist(index, lines(0, 5));
      expect(await countLines(client)).toBe(5);
      await removeLines(client);
      await insist(index, lines(0, 5));
      expect(await countLines(client)).toBe(5);
      await Promise.all([client.close(), index.close()]);
    }, 120_000);
  });

  // With incremental reading the server forgets to free what it counted of a request that it turned away half-read.
  const small: Record<string, string>[] = [{ 'http.max_content_length': '64kb' }, { 'indexing_pressure.memory.limit': '60kb', 'rest.incremental_bulk': 'false' }];
  it.each(small)('sends smaller requests to a server that takes only small ones (%p)', async (settings) => {
    const engine = await startElasticsearch({ settings });
    const index = await ElasticLogIndex.open({ url: engine.address, patienceMs: 20_000 });
    const client = new Client({ node: engine.address });
    expect(await index.index({ summaries: [], details: lines(0, 200, 2000) })).toEqual([]);
    expect(await countLines(client)).toBe(200);
    await Promise.all([client.close(), index.close()]);
    await engine.stop();
  }, 120_000);

  it('says that nobody listens', async () => {
    await expect(ElasticLogIndex.open({ url: `http://127.0.0.1:${await freePort()}` })).rejects.toMatchObject({ code: 'unavailable', detail: expect.stringMatching(/^Elasticsearch cannot be reached \(.*ECONNREFUSED.*EDGE_ELASTICSEARCH_URL/) });
  });
});
