import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Global, Module, Param, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Caller, errors } from '@edge/contracts';
import { ActionsQuery, PageQuery, SignalBody, SpaceBody, StartActionBody } from '@edge/contracts/messages';
import { Access, type AccessQuestion, Audit, type AuditEntry } from '@edge/ports';
import { Writable } from 'node:stream';
import { CallerOf, createHttpApp, createLogger, Handles, HttpKitModule, pageOf, Readiness, Scopes } from '../index.js';

const lines: string[] = [];
const log = createLogger({ name: 'spec', level: 'error', to: new Writable({ write(chunk, _encoding, done) { lines.push(String(chunk)); done(); } }) });

/** A real, tiny access: asha may deploy in hotels and see nothing else. */
class HotelsAccess extends Access {
  async authenticate({ bearer, cookie }: { bearer?: string; cookie?: string }): Promise<Caller | undefined> {
    if (bearer === 'good') return { subject: 'token:ci', name: 'ci', interactive: false };
    return cookie === 'session' ? { subject: 'user:asha', name: 'Asha', interactive: true } : undefined;
  }
  async may({ space, permission }: AccessQuestion) {
    return { allowed: space === 'hotels' && ['see', 'deploy', 'control'].includes(permission), why: '' };
  }
  async visibleSpaces(): Promise<string[]> {
    return ['hotels'];
  }
}

class AuditList extends Audit {
  readonly entries: AuditEntry[] = [];
  full = false;
  async write(entry: AuditEntry): Promise<void> {
    if (this.full) throw errors.storeFull('edge.db has no room.');
    this.entries.push(entry);
  }
}
const audit = new AuditList();

@Controller()
class StartController {
  @Handles('startAction') start(@Body() body: StartActionBody, @CallerOf() caller: Caller, @Param('project') project: string) {
    return { action_id: 'a-1', project, caller, body };
  }
  @Handles('listActions') list(@Query() query: ActionsQuery) {
    return query;
  }
  @Handles('listActionHosts') hosts(@Query() query: PageQuery) {
    return pageOf([{ host: 'web-01' }, { host: 'web-02' }, { host: 'web-03' }], { ...query, idOfItem: ({ host }) => host });
  }
  @Handles('cancelAction') cancel(@Body() _body: SignalBody): never {
    throw errors.tooMany('Slow down.', 7);
  }
  @Handles('showAction') show(): never {
    throw new Error('secret detail');
  }
  @Handles('createSpace') create(@Body() body: SpaceBody) {
    return body;
  }
}

@Global()
@Module({ controllers: [StartController], providers: [{ provide: Access, useClass: HotelsAccess }, { provide: Audit, useValue: audit }], exports: [Access, Audit] })
class SpecModule {
  constructor(scopes: Scopes, readiness: Readiness) {
    scopes.register('action', async (id) => ({ mine: [{ space: 'hotels', project: 'booking' }], foreign: [{ space: 'payments', project: 'wallet' }] })[id]);
    readiness.register('store', async () => ({ ok: true, detail: 'answers' }));
    readiness.register('bus', async () => { throw new Error('no broker answers'); });
  }
}

describe('createHttpApp', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await createHttpApp(SpecModule, { log });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());

  const headers = { authorization: 'Bearer good' };
  const start = (payload: unknown, path = '/space/hotels/booking/deploy/') => app.inject({ method: 'POST', url: path, headers: { ...headers, 'content-type': 'application/json' }, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) });

  it('takes a start with or without the last slash, and says who asked', async () => {
    for (const path of ['/space/hotels/booking/deploy/', '/space/hotels/booking/deploy']) {
      const answer = await start({ servers: ['web-01'] }, path);
      expect({ status: answer.statusCode, body: answer.json() }).toEqual({ status: 202, body: { action_id: 'a-1', project: 'booking', caller: { subject: 'token:ci', name: 'ci', interactive: false, address: '127.0.0.1', via: 'api' }, body: { servers: ['web-01'] } } });
    }
    expect(audit.entries.at(-1)).toEqual({ subject: 'token:ci', what: 'startAction', space: 'hotels', target: 'hotels/booking/deploy', allowed: true, from: '127.0.0.1', via: 'api', action: 'a-1' });
  });

  it('audits what failed, too, and what nobody may ask; who is not known is not audited', async () => {
    audit.entries.length = 0;
    await app.inject({ method: 'POST', url: '/api/v1/actions/mine/cancel', headers, payload: {} });
    await start({ serverz: [] });
    await app.inject({ method: 'POST', url: '/space/hotels/booking/deploy/', payload: {} });
    expect(audit.entries).toEqual([expect.objectContaining({ what: 'cancelAction', action: 'mine', allowed: false, why: 'Slow down.' }), expect.objectContaining({ what: 'startAction', allowed: true, detail: { failed: 'unknown-field' } })]);
  });

  it('gives no answer but the reason when the audit cannot be written', async () => {
    audit.full = true;
    const answer = await start({ servers: ['web-01'] });
    audit.full = false;
    expect({ status: answer.statusCode, type: answer.headers['content-type'], body: answer.json() }).toMatchObject({ status: 503, type: 'application/problem+json; charset=utf-8', body: { code: 'store-full', detail: 'edge.db has no room.' } });
  });

  it('takes no body as an empty one', async () => {
    expect((await app.inject({ method: 'POST', url: '/space/hotels/booking/deploy/', headers })).statusCode).toBe(202);
    expect((await start('')).statusCode).toBe(202);
  });

  it.each([
    ['unknown field by name', { serverz: [] }, 400, 'unknown-field', /Fields: .*servers/],
    ['empty list', { servers: [] }, 422, 'invalid', /servers is empty/],
    ['null for a list', { servers: null }, 422, 'invalid', /servers must be an array/],
    ['null for a switch', { dry_run: null }, 422, 'invalid', /dry_run must be a boolean/],
    ['null body', 'null', 422, 'invalid', /JSON object/],
    ['wrong JSON', '{"servers": ', 400, 'bad-request', /not valid JSON/],
    ['list as a body', '[]', 422, 'invalid', /JSON object/],
    ['polluting key', '{"config": {"__proto__": {"x": 1}}}', 400, 'bad-request', /__proto__/],
    ['key that is a builder', '{"config": {"constructor": 1}}', 400, 'bad-request', /constructor/],
    ['half a character', '{"reason": "\\ud800"}', 400, 'bad-request', /half a character/],
    ['over-long body', JSON.stringify({ reason: 'x'.repeat(1_100_000) }), 413, 'too-large', /1 MB/],
  ])('refuses an %s as a problem', async (_name, body, status, code, says) => {
    const answer = await start(body);
    expect({ status: answer.statusCode, type: answer.headers['content-type'], body: answer.json() }).toMatchObject({ status, type: 'application/problem+json; charset=utf-8', body: { status, code, instance: '/space/hotels/booking/deploy/', correlation_id: answer.headers['x-correlation-id'] } });
    expect(answer.body).toMatch(says);
  });

  it('answers page after page, says where the next one is, and refuses a cursor that is none of its own', async () => {
    const get = (url: string) => app.inject({ method: 'GET', url, headers });
    const first = await get('/api/v1/actions/mine/hosts?limit=2');
    expect([first.json().items, first.headers.link]).toEqual([[{ host: 'web-01' }, { host: 'web-02' }], expect.stringMatching(/^<\/api\/v1\/actions\/mine\/hosts\?limit=2&cursor=[\w-]+>; rel="next"$/)]);
    const last = await get(/<(.*)>/.exec(String(first.headers.link))![1]!);
    expect([last.json(), last.headers.link]).toEqual([{ items: [{ host: 'web-03' }] }, undefined]);
    for (const cursor of ['web-02', '..%2f', '', 'd2ViLTA5']) expect((await get(`/api/v1/actions/mine/hosts?cursor=${cursor}`)).json()).toMatchObject({ status: 422, errors: [{ pointer: '/cursor' }] });
  });

  it('refuses what is no JSON', async () => {
    const answer = await app.inject({ method: 'POST', url: '/space/hotels/booking/deploy', headers: { ...headers, 'content-type': 'text/plain' }, payload: 'x' });
    expect(answer.json()).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });

  it('gives 401 without and with a wrong token, 404 for a foreign space, 403 by name for a missing grant', async () => {
    expect((await app.inject({ method: 'GET', url: '/api/v1/actions' })).json()).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await app.inject({ method: 'GET', url: '/api/v1/actions', headers: { authorization: 'Bearer bad' } })).statusCode).toBe(401);
    expect((await start({}, '/space/payments/wallet/deploy')).json()).toMatchObject({ status: 404, detail: 'There is no space "payments", or you may not know of it.' });
    expect((await start({}, '/space/hotels/booking/restart')).json()).toMatchObject({ status: 403, detail: 'You need the grant restart on hotels/booking.' });
    expect(audit.entries.at(-1)).toMatchObject({ what: 'startAction', allowed: false, why: 'You need the grant restart on hotels/booking.' });
    expect((await app.inject({ method: 'POST', url: '/api/v1/spaces', headers, payload: {} })).json()).toMatchObject({ status: 403, detail: 'You need the grant manage-platform everywhere.' });
  });

  it('answers foreign and unknown ids alike', async () => {
    const [foreign, unknown] = await Promise.all(['foreign', 'missing'].map(async (id) => (await app.inject({ method: 'GET', url: `/api/v1/actions/${id}`, headers })).json<{ detail: string }>()));
    expect(foreign).toMatchObject({ status: 404, code: 'not-found' });
    expect(foreign!.detail.replace('foreign', '')).toBe(unknown!.detail.replace('missing', ''));
  });

  it('refuses a change by cookie from a foreign page', async () => {
    const send = (extra: Record<string, string>) => app.inject({ method: 'POST', url: '/space/hotels/booking/deploy', headers: { cookie: 'edge-session=session', host: 'edge.example', ...extra }, payload: {} });
    expect((await send({})).statusCode).toBe(403);
    expect((await send({ origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await send({ 'sec-fetch-site': 'cross-site', origin: 'http://edge.example' })).statusCode).toBe(403);
    expect((await send({ origin: 'http://edge.example' })).json()).toMatchObject({ caller: { subject: 'user:asha', via: 'console' } });
    expect((await send({ 'sec-fetch-site': 'same-origin' })).statusCode).toBe(202);
  });

  it('says 404 and 405 of what is no route', async () => {
    expect((await app.inject({ method: 'GET', url: '/nothing', headers })).json()).toMatchObject({ status: 404, detail: 'There is no route GET /nothing, or you may not know of it.' });
    const answer = await app.inject({ method: 'PUT', url: '/api/v1/actions', headers });
    expect({ status: answer.statusCode, allow: answer.headers.allow }).toEqual({ status: 405, allow: 'GET' });
  });

  it('reads numbers of a query and refuses what it does not know', async () => {
    expect((await app.inject({ method: 'GET', url: '/api/v1/actions?limit=5&space=hotels', headers })).json()).toEqual({ limit: 5, space: 'hotels' });
    expect((await app.inject({ method: 'GET', url: '/api/v1/actions?limit=0', headers })).statusCode).toBe(422);
    expect((await app.inject({ method: 'GET', url: '/api/v1/actions?statuz=x', headers })).json()).toMatchObject({ status: 400, code: 'unknown-field' });
  });

  it('hides what nobody expected, and logs it under the id of the answer', async () => {
    const answer = await app.inject({ method: 'GET', url: '/api/v1/actions/mine', headers });
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.body).not.toMatch(/secret detail/);
    expect(lines.some((line) => line.includes('secret detail') && line.includes(String(answer.headers['x-correlation-id'])))).toBe(true);
  });

  it('says when to come again', async () => {
    const answer = await app.inject({ method: 'POST', url: '/api/v1/actions/mine/cancel', headers, payload: {} });
    expect({ status: answer.statusCode, retry: answer.headers['retry-after'] }).toEqual({ status: 429, retry: '7' });
  });

  it('answers life and readiness without a token, figures and descriptions with one', async () => {
    expect((await app.inject({ method: 'GET', url: '/livez' })).json()).toEqual({ alive: true });
    const ready = await app.inject({ method: 'GET', url: '/readyz' });
    expect({ status: ready.statusCode, body: ready.json() }).toEqual({ status: 503, body: { ready: false, checks: { store: { ok: true, detail: 'answers' }, bus: { ok: false, detail: 'no broker answers' } } } });
    expect((await app.inject({ method: 'GET', url: '/metrics' })).statusCode).toBe(401);
    expect((await app.inject({ method: 'GET', url: '/metrics', headers })).body).toMatch(/edge_http_request_seconds_bucket\{.*route="\/livez"/);
    expect((await app.inject({ method: 'GET', url: '/docs', headers })).body).toMatch(/startAction|Start an action/);
    const api = (await app.inject({ method: 'GET', url: '/openapi.json', headers })).json<{ paths: Record<string, Record<string, unknown>>; components: { schemas: Record<string, { properties: object; additionalProperties: boolean }> } }>();
    expect(Object.keys(api.paths)).toEqual(expect.arrayContaining(['/space/{space}/{project}/{type}', '/livez']));
    expect(api.components.schemas.StartActionBody).toMatchObject({ additionalProperties: false, properties: { servers: { type: 'array', minItems: 1 }, start_within: { oneOf: expect.any(Array) } } });
    const bus = (await app.inject({ method: 'GET', url: '/asyncapi.json', headers })).json<{ channels: Record<string, { messages: object }> }>();
    expect(Object.keys(bus.channels['edge.commands']!.messages)).toEqual(['edge.command.cancelled.v1', 'edge.command.requested.v1']);
  });
});

describe('behind a proxy that ends TLS', () => {
  it('believes only the cookie that no neighbour can set, and only that proxy', async () => {
    const app = await createHttpApp(SpecModule, { log, trustedProxy: '127.0.0.1' });
    await app.init();
    const ask = (cookie: string, from: string) => app.inject({ method: 'GET', url: '/api/v1/actions', remoteAddress: from, headers: { cookie, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' } }).then(({ statusCode }) => statusCode);
    expect([await ask('__Host-edge=session', '127.0.0.1'), await ask('edge-session=session', '127.0.0.1'), await ask('__Host-edge=session', '192.0.2.1')]).toEqual([200, 401, 401]);
    await app.close();
  });
});

describe('a handler without a declared permission', () => {
  it('does not start', async () => {
    @Controller()
    class Open { @Get('/open') open() { return 'open'; } }
    @Controller()
    class OtherBody { @Handles('startAction') start(@Body() body: SignalBody) { return body; } }
    @Module({ imports: [SpecModule, HttpKitModule], controllers: [Open, OtherBody] })
    class Careless {}
    await expect(createHttpApp(Careless, { log })).rejects.toThrow(/Open\.open answers a route without @Handles[^]*OtherBody\.start reads another body/);
  });
});
