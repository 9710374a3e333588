import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Client } from '@elastic/elasticsearch';
import { engineAddress, probeEngine, stopEngines } from '@edge/testing/engines';
import { ElasticLogIndex } from './elastic-log-index.js';

const probe = await probeEngine('elasticsearch');
const suite = probe.available ? describe : describe.skip;
const day = 86_400_000;

const opened: { close(): unknown }[] = [];
afterEach(async () => { for (const one of opened.splice(0)) await one.close(); });

/** What the full distribution answers, as far as it is asked here; keeps what it was sent. */
async function fullDistribution(lifecycles: number): Promise<{ url: string; sent: Record<string, unknown> }> {
  const sent: Record<string, unknown> = {};
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (request.method === 'PUT') sent[request.url ?? ''] = JSON.parse(body);
      response.writeHead(request.url?.startsWith('/_ilm/') ? lifecycles : 200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      response.end(JSON.stringify(request.url === '/' ? { version: { number: '9.5.3' } } : { acknowledged: true }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  opened.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent };
}

const open = async (options: Parameters<typeof ElasticLogIndex.open>[0]) => { opened.push(await ElasticLogIndex.open(options)); };
const lifecycleOf = (template: unknown) => (template as { template: { settings: Record<string, string> } }).template.settings['index.lifecycle.name'];

describe('the lifecycle of log indices', () => {
  it('is a policy of the server that drops what nobody prunes, and every index follows it', async () => {
    const { url, sent } = await fullDistribution(200);
    await open({ url, retentionMs: 30 * day });
    expect(sent['/_ilm/policy/edge-logs']).toMatchObject({ policy: { phases: { delete: { min_age: '70d', actions: { delete: {} } } } } });
    expect(['detail', 'summary'].map((kind) => lifecycleOf(sent[`/_index_template/edge-${kind}`]))).toEqual(['edge-logs', 'edge-logs']);
  });

  it.each([400, 403, 404, 405])('is not used where the server answers %d for it', async (status) => {
    const { url, sent } = await fullDistribution(status);
    await open({ url, retentionMs: 30 * day });
    expect(['detail', 'summary'].map((kind) => lifecycleOf(sent[`/_index_template/edge-${kind}`]))).toEqual([undefined, undefined]);
  });

  it('fails where the server is unwell, so that it is tried again', async () => {
    const { url } = await fullDistribution(503);
    await expect(open({ url, retentionMs: 30 * day })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is left alone by who only searches', async () => {
    const { url, sent } = await fullDistribution(200);
    await open({ url, use: 'reading' });
    expect(sent).toEqual({});
  });
});

suite(`the lifecycle of log indices on a real server${probe.available ? '' : ` (${probe.reason})`}`, () => {
  afterAll(stopEngines);

  it('is the pruning of whole indices where lifecycles are not offered, and an empty index can be searched before anybody wrote', async () => {
    const [url, prefix] = [await engineAddress('elasticsearch'), `lifecycle-${Date.now()}`];
    const reader = await ElasticLogIndex.open({ url, prefix, use: 'reading' });
    expect(await reader.search({ action: 'none', kind: 'detail', limit: 10 })).toEqual({ hits: [] });
    const writer = await ElasticLogIndex.open({ url, prefix, retentionMs: 30 * day });
    const client = new Client({ node: url });
    const { index_templates: templates } = await client.indices.getIndexTemplate({ name: `${prefix}-*` });
    const offered = await client.ilm.getStatus().then(() => true, () => false);
    expect(templates.map(({ index_template: { template } }) => template?.settings?.index?.lifecycle?.name)).toEqual(offered ? [`${prefix}-logs`, `${prefix}-logs`] : [undefined, undefined]);
    await Promise.all([reader.close(), writer.close(), client.close()]);
  }, 120_000);
});
