import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@elastic/elasticsearch';
import { probeProgram } from '../probe-engine.js';
import type { SingleEngine } from '../single-engine.js';
import { startElasticsearch } from './start-elasticsearch.js';

const probe = await probeProgram('elasticsearch');
const suite = probe.available ? describe : describe.skip;

suite(`Elasticsearch for tests${probe.available ? '' : ` (${probe.reason})`}`, () => {
  let engine: SingleEngine;
  beforeAll(async () => { engine = await startElasticsearch(); }, 100_000);
  afterAll(() => engine.stop());

  it('finds what was indexed, also after kill -9 and a restart on the same data', async () => {
    const client = new Client({ node: engine.address });
    expect((await client.info()).version.number).toMatch(/^9\./);
    await client.index({ index: 'things', id: '1', document: { text: 'a needle' } });

    await engine.kill();
    await engine.restart();

    await client.cluster.health({ wait_for_status: 'yellow', timeout: '20s' });
    const found = await client.search<{ text: string }>({ index: 'things', query: { match: { text: 'needle' } } });
    expect(found.hits.hits.map((hit) => hit._source)).toEqual([{ text: 'a needle' }]);
    await client.close();
  }, 100_000);
});
