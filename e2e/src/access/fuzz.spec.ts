import { beforeAll, describe, expect, it } from '@jest/globals';
import { errorTable } from '@edge/contracts';
import fc from 'fast-check';
import { withEdge } from '../embedded/with-edge.js';
import { type Asked, httpCall } from './http-call.js';
import { buildTwoSpaces, type TwoSpaces } from './two-spaces.js';

interface Schema { type?: string; properties?: Record<string, Schema>; items?: Schema; enum?: unknown[]; oneOf?: Schema[] }
interface Operation { operationId: string; parameters?: { name: string; in: string; schema: Schema }[]; requestBody?: { content: { 'application/json': { schema: { $ref: string } } } }; responses: Record<string, unknown> }
interface OpenApi { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } }

const nasty = fc.constantFrom('', ' ', '..', '.', '%', '%00', '\u0000', '__proto__', 'constructor', '🙂', 'x'.repeat(600), "'; drop table x;--", '{"$gt":""}', '-1', '1e309', 'null', '../../etc/passwd', '*', 'a/b', 'own', 'plain', 'own-shop', 'own-host', '\ud800');
const anything = fc.oneof(nasty, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(Number.MAX_SAFE_INTEGER, -0.5, [], {}, [[]], { $secret: 'x' }, { $merge: 3 }, { $required: 'x' }, { '': { '': '' } }));

/** A value that fits a schema often enough to get past the first check. */
function likely(schema: Schema = {}): fc.Arbitrary<unknown> {
  const fitting = schema.enum ? fc.constantFrom(...schema.enum) : schema.oneOf ? fc.oneof(...schema.oneOf.map(likely)) : ofType(schema);
  return fc.oneof({ weight: 3, arbitrary: fitting }, { weight: 1, arbitrary: anything });
}

function ofType({ type, properties, items }: Schema): fc.Arbitrary<unknown> {
  if (type === 'string') return fc.oneof(nasty, fc.string());
  if (type === 'number' || type === 'integer') return fc.oneof(fc.integer(), fc.double());
  if (type === 'boolean') return fc.boolean();
  if (type === 'array') return fc.array(likely(items), { maxLength: 4 });
  return properties ? fc.record(Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, likely(schema)])), { requiredKeys: [] }) : fc.dictionary(fc.string({ maxLength: 10 }), anything, { maxKeys: 4 });
}

const headers = fc.record({
  'if-match': fc.constantFrom('"1"', '*', 'x', '"', '99999999999999999999'), prefer: fc.constantFrom('wait=0', 'wait=-1', 'wait=x', 'handling=strict', ';;,='), 'idempotency-key': fc.constantFrom('k', 'x'.repeat(300)), 'last-event-id': fc.constantFrom('0', '-5.9.9', 'x', '9'.repeat(50)),
  range: fc.constantFrom('bytes=0-', 'bytes=9-1', 'bytes=x', 'lines=1'), accept: fc.constantFrom('text/plain', 'text/csv', 'application/yaml', '*/*', 'x'), 'content-type': fc.constantFrom('application/json', 'text/plain', 'application/json; charset=latin1', 'x'),
}, { requiredKeys: [] });

/** Never: they would end the session of the test or wait for something. */
const left = new Set(['followAll', 'followAction']);
/** In full, and several at a time: `EDGE_TEST_REQUESTS=200 EDGE_TEST_CLIENTS=4`, as `npm run proofs -- --only routes` does it. */
const runsEach = Number(process.env.EDGE_TEST_REQUESTS ?? 20);
const clients = Number(process.env.EDGE_TEST_CLIENTS ?? 1);

describe('every route under fuzzing', () => {
  const running = withEdge();
  let world: TwoSpaces;
  let api: OpenApi;

  beforeAll(async () => {
    world = await buildTwoSpaces(running.edge.address());
    api = JSON.parse((await httpCall(running.edge.address().url, { method: 'GET', path: '/openapi.json', token: world.tokens.viewer! })).text) as OpenApi;
  }, 60_000);

  function requestOf(path: string, method: string, operation: Operation): fc.Arbitrary<Asked> {
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    const inQuery = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const schema = api.components.schemas[operation.requestBody?.content['application/json'].schema.$ref.split('/').at(-1) ?? ''];
    const known: Record<string, string> = { space: 'own', project: 'own-shop', host: 'own-host', environment: 'plain', trigger: 'own-trigger', freeze: 'own-freeze', id: world.own.action, type: 'restart', script: 'one-by-one' };
    const body = operation.requestBody ? fc.oneof({ weight: 4, arbitrary: likely(schema) }, { weight: 1, arbitrary: fc.constantFrom('{', '', 'null', '"x"', '[1', '\u0000') }) : fc.constant(undefined);
    return fc.record({
      params: fc.tuple(...inPath.map(({ name }) => fc.oneof({ weight: 3, arbitrary: fc.constant(known[name] ?? 'x') }, { weight: 1, arbitrary: nasty }))),
      query: fc.record(Object.fromEntries(inQuery.map(({ name, schema: one }) => [name, likely(one)])), { requiredKeys: [] }), body, extra: headers,
    }).map(({ params, query, body: sent, extra }) => {
      const filled = inPath.reduce((text, { name }, index) => text.replace(`{${name}}`, encoded(params[index]!)), path);
      const search = Object.entries(query).map(([name, value]) => `${name}=${encoded(typeof value === 'string' ? value : JSON.stringify(value) ?? '')}`).join('&');
      return { method: method.toUpperCase(), path: search ? `${filled}?${search}` : filled, token: world.tokens.superuser!, ...(sent === undefined ? {} : { body: sent }), headers: sent === undefined ? withoutType(extra) : extra };
    });
  }

  it('answers nothing by 5xx, and only what its description says, as problems', async () => {
    const wrong: string[] = [];
    for (const [path, operations] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        if (left.has(operation.operationId)) continue;
        const waiting = fc.sample(requestOf(path, method, operation), { numRuns: runsEach, seed: 7 });
        const ask = async () => {
          for (let asked = waiting.shift(); asked; asked = waiting.shift()) {
            const answer = await httpCall(running.edge.address().url, asked);
            const fault = faultOf(answer, operation);
            if (fault) wrong.push(`${operation.operationId} ${fault}\n  ${JSON.stringify(asked).slice(0, 400)}\n  ${answer.status} ${answer.text.slice(0, 300)}`);
          }
        };
        await Promise.all(Array.from({ length: clients }, ask));
      }
    }
    expect(wrong).toEqual([]);
    expect((await httpCall(running.edge.address().url, { method: 'GET', path: '/livez' })).status).toBe(200);
    expect((await httpCall(running.edge.address().url, { method: 'GET', path: '/api/v1/audit/verify', token: running.edge.address().token })).text).toMatch(/"ok":true/);
  }, 120_000 + runsEach * 12_000);
});

function faultOf({ status, text, headers: given }: { status: number; text: string; headers: Headers }, { operationId, responses }: Operation): string | undefined {
  if (status >= 500 && operationId !== 'readyz') return 'failed';
  if (status < 400) return responses[status] ? undefined : `answers ${status}, which is not described`;
  if (!given.get('content-type')?.startsWith('application/problem+json')) return 'is no problem';
  const problem = JSON.parse(text) as { code: keyof typeof errorTable; status: number; detail: string; errors: unknown[] };
  return errorTable[problem.code]?.status === status && problem.status === status && problem.detail !== '' && Array.isArray(problem.errors) ? undefined : 'has a problem that is not in the table';
}

function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function withoutType({ 'content-type': _type, ...rest }: Record<string, string>): Record<string, string> {
  return rest;
}
