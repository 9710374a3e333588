import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { ElasticLogIndex } from './elastic-log-index.js';

const said = (reason: string) => ({ error: { type: 'security_exception', reason, root_cause: [{ type: 'security_exception', reason }] } });
const elastic = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };

/** What a server answers to who opens the index: the published one has no users, so its refusals are played here word for word. */
const weather: [what: string, answer: { status: number; headers: Record<string, string>; body: object | string }, sentence: RegExp][] = [
  ['a wrong password', { status: 401, headers: elastic, body: said('unable to authenticate user [edge] for REST request [/]') }, /^Elasticsearch refuses this user: unable to authenticate user \[edge\].* Check name and password in EDGE_ELASTICSEARCH_URL\.$/],
  ['a user without the right', { status: 403, headers: elastic, body: said('action [cluster:monitor/main] is unauthorized for user [edge]') }, /^Elasticsearch does not allow this: action \[cluster:monitor\/main\] is unauthorized/],
  ['a server of another major', { status: 200, headers: elastic, body: { version: { number: '8.19.2' } } }, /^Elasticsearch at EDGE_ELASTICSEARCH_URL is version 8\.19\.2; Edge needs 9\.$/],
  ['a client too new for the server', { status: 400, headers: elastic, body: said('Accept version must be either version 8 or 7, but found 9') }, /^Elasticsearch answered 400: Accept version must be either version 8 or 7, but found 9/],
  ['something else that speaks HTTP', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }, /^Elasticsearch cannot be reached \(ProductNotSupportedError.* Check EDGE_ELASTICSEARCH_URL/],
  ['a server with a full disk', { status: 429, headers: elastic, body: said('index [edge-detail] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]') }, /^Elasticsearch answered 429: index .*disk usage exceeded flood-stage watermark/],
];

it.each(weather)('says what it saw of %s, and what to look at', async (_what, { status, headers, body }, sentence) => {
  const server = createServer((request, response) => response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://edge:secret-of-edge@127.0.0.1:${(server.address() as AddressInfo).port}`;
  const failure = await ElasticLogIndex.open({ url }).then(() => undefined, (error: { code: string; detail: string }) => error);
  expect(failure).toMatchObject({ code: 'unavailable', detail: expect.stringMatching(sentence) });
  expect(failure?.detail).not.toContain('secret-of-edge');
  await new Promise((closed) => { server.close(closed); server.closeAllConnections(); });
});
