import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Global, Module, Param } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Caller, errors } from '@edge/contracts';
import { SpaceBody } from '@edge/contracts/messages';
import { Access, Audit, type AuditEntry } from '@edge/ports';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { CallerOf, createHttpApp, createLogger, Handles, ServiceRoute, ServiceToken } from '../index.js';

const token = 'a token between services';
const log = createLogger({ name: 'spec', level: 'silent', to: new Writable({ write: (_chunk, _encoding, done) => done() }) });
const entries: AuditEntry[] = [];

class KnowsAsha extends Access {
  async authenticate({ bearer }: { bearer?: string }): Promise<Caller | undefined> {
    return bearer === 'asha' ? { subject: 'user:asha', name: 'Asha', interactive: true } : undefined;
  }
  async may() {
    return { allowed: true, why: '' };
  }
  async visibleSpaces(): Promise<'all'> {
    return 'all';
  }
}
class AuditList extends Audit {
  async write(entry: AuditEntry): Promise<void> {
    entries.push(entry);
  }
}
const shared = [{ provide: Access, useClass: KnowsAsha }, { provide: Audit, useClass: AuditList }, { provide: ServiceToken, useValue: new ServiceToken(token) }];

@Controller()
class ConfigController {
  @Handles('createSpace') create(@Body() body: SpaceBody, @CallerOf() caller: Caller) {
    return { body, caller };
  }
  @Handles('showSpace') show(@Param('space') space: string): never {
    throw errors.notFound(`space "${space}"`);
  }
  @ServiceRoute('echo') echo(@Body() body: object) {
    return { answer: body };
  }
}

@Global() @Module({ controllers: [ConfigController], providers: shared, exports: shared })
class ConfigSide {}

@Global() @Module({ providers: shared, exports: shared })
class GatewaySide {}

async function listening(app: NestFastifyApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return (await app.getUrl()).replace('[::1]', '127.0.0.1');
}

describe('a gateway before another service', () => {
  let config: NestFastifyApplication;
  let gateway: NestFastifyApplication;
  let [configUrl, gatewayUrl] = ['', ''];
  const pages = mkdtempSync(join(tmpdir(), 'edge-pages-'));

  beforeAll(async () => {
    config = await createHttpApp(ConfigSide, { log, behindGateway: token });
    configUrl = await listening(config);
    mkdirSync(join(pages, 'assets'));
    writeFileSync(join(pages, 'index.html'), '<title>Edge</title>');
    gateway = await createHttpApp(GatewaySide, { log, console: pages, forward: { to: { config: configUrl, acl: 'http://127.0.0.1:1' }, serviceToken: token } });
    gatewayUrl = await listening(gateway);
  });
  afterAll(async () => {
    await Promise.all([gateway.close(), config.close()]);
    rmSync(pages, { recursive: true });
  });

  const post = (url: string, body: object, headers: Record<string, string> = {}) => fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  const asha = { authorization: 'Bearer asha' };

  it("passes requests on whole, with the caller's credential and address", async () => {
    const answer = await post(`${gatewayUrl}/api/v1/spaces`, { name: 'hotels', title: 'Hotels ✓' }, asha);
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ body: { name: 'hotels', title: 'Hotels ✓' }, caller: { subject: 'user:asha', name: 'Asha', interactive: true, address: '127.0.0.1', via: 'api' } });
    expect(entries.splice(0)).toEqual([expect.objectContaining({ what: 'createSpace', subject: 'user:asha', from: '127.0.0.1' })]);
  });

  it("gives the service's refusals back as they are", async () => {
    expect((await fetch(`${gatewayUrl}/api/v1/spaces/nowhere`)).status).toBe(401);
    const refused = await fetch(`${gatewayUrl}/api/v1/spaces/nowhere`, { headers: asha });
    expect({ status: refused.status, type: refused.headers.get('content-type'), body: await refused.json() }).toEqual({ status: 404, type: 'application/problem+json; charset=utf-8', body: expect.objectContaining({ code: 'not-found', instance: '/api/v1/spaces/nowhere', correlation_id: refused.headers.get('x-correlation-id') }) });
  });

  it('refuses by itself what is no JSON, and what no service takes', async () => {
    const broken = await fetch(`${gatewayUrl}/api/v1/spaces`, { method: 'POST', body: '{', headers: { 'content-type': 'application/json', ...asha } });
    expect({ status: broken.status, code: ((await broken.json()) as { code: string }).code }).toEqual({ status: 400, code: 'bad-request' });
    const wrong = await fetch(`${gatewayUrl}/api/v1/spaces`, { method: 'DELETE', headers: asha });
    expect({ status: wrong.status, allow: wrong.headers.get('allow') }).toEqual({ status: 405, allow: 'GET, POST' });
  });

  it('says that a service is away', async () => {
    const away = await fetch(`${gatewayUrl}/api/v1/me`, { headers: asha });
    expect({ status: away.status, type: away.headers.get('content-type'), body: await away.json() }).toEqual({ status: 503, type: 'application/problem+json; charset=utf-8', body: expect.objectContaining({ code: 'unavailable', detail: 'The acl service does not answer (ECONNREFUSED).' }) });
  });

  it("describes other services' routes as its own", async () => {
    const { paths } = (await (await fetch(`${gatewayUrl}/openapi.json`, { headers: asha })).json()) as { paths: Record<string, object> };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/v1/spaces', '/api/v1/me']));
  });

  it('believes nobody but a gateway of its cluster about the address of a caller', async () => {
    const from = async (headers: Record<string, string>) => ((await (await post(`${configUrl}/api/v1/spaces`, { name: 'hotels' }, { ...asha, 'x-forwarded-for': '10.9.9.9', ...headers })).json()) as { caller: Caller }).caller.address;
    expect([await from({}), await from({ 'x-edge-service-token': 'guessed' }), await from({ 'x-edge-service-token': token })]).toEqual(['127.0.0.1', '127.0.0.1', '10.9.9.9']);
  });

  it('lets only services of its cluster ask what services ask, and does not tell others that there is anything', async () => {
    const ask = (url: string, headers: Record<string, string> = {}) => post(`${url}/service/v1/echo`, { a: 1 }, { ...asha, ...headers });
    const [none, wrong, right, through] = await Promise.all([ask(configUrl), ask(configUrl, { 'x-edge-service-token': 'guessed' }), ask(configUrl, { 'x-edge-service-token': token }), ask(gatewayUrl, { 'x-edge-service-token': token })]);
    expect([none?.status, wrong?.status, right?.status, through?.status]).toEqual([404, 401, 200, 404]);
    expect(await right?.json()).toEqual({ answer: { a: 1 } });
  });
});
