import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions } from 'light-my-request';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { accessRevision, canonicalJson, type Documents as Kinds, type Kind, configurationId, type Signed } from '@edge/contracts';
import { createHttpApp, createLogger, Log } from '@edge/nest';
import { type Audience, Clock, Documents, Keyring } from '@edge/ports';
import { MemoryDocuments } from '@edge/testing/world';
import { AclModule, AclService, AuditService } from './index.js';

class SpecClock extends Clock {
  time = Date.parse('2026-11-25T12:00:00Z');
  now(): number {
    return this.time;
  }
  at(): () => void {
    throw new Error('Nothing here waits.');
  }
}

class SpecKeyring extends Keyring {
  private readonly pair = generateKeyPairSync('ed25519');
  sign(audience: Audience, payload: unknown): Signed {
    const text = canonicalJson(payload);
    return { payload: text, kid: 'spec', signature: sign(null, Buffer.from(`${audience}\n${text}`), this.pair.privateKey).toString('base64') };
  }
  verify<T>(audience: Audience, { payload, signature }: Signed): T | undefined {
    return verify(null, Buffer.from(`${audience}\n${payload}`), this.pair.publicKey, Buffer.from(signature, 'base64')) ? (JSON.parse(payload) as T) : undefined;
  }
}

const documents = new MemoryDocuments();
const clock = new SpecClock();
const keyring = new SpecKeyring();
const log = createLogger({ name: 'spec', level: 'error' });

@Global()
@Module({
  imports: [AclModule],
  providers: [{ provide: Documents, useValue: documents }, { provide: Clock, useValue: clock }, { provide: Keyring, useValue: keyring }, { provide: Log, useValue: log }],
  exports: [Documents, Clock, Keyring, Log],
})
class SpecModule {}

async function store<K extends Kind>(kind: K, document: Kinds[K]): Promise<void> {
  const { space, name, id } = document as { space?: string; name?: string; id?: string };
  await documents.write([
    { collection: 'configuration', id: configurationId(kind, { ...(space ? { space } : {}), name: id ?? name ?? '' }), document: { kind, document, changedAt: '', changedBy: 'spec' } },
    { collection: 'system', id: accessRevision, document: {} },
  ]);
}

describe('access', () => {
  let app: NestFastifyApplication;
  let acl: AclService;
  let admin: string;

  beforeAll(async () => {
    app = await createHttpApp(SpecModule, { log });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    acl = app.get(AclService);
    admin = (await acl.ensureFirstAdministrator())!;
    await store('Space', { name: 'hotels', title: 'Hotels', admins: ['Hotels-Admins@example.org'], viewers: ['vera'] });
    await store('Space', { name: 'payments' });
    await store('Group', { name: 'hotels-admins@EXAMPLE.org', members: ['Asha@example.org'] });
  });
  afterAll(() => app.close());

  const call = async (method: InjectOptions['method'], url: string, { token, body, cookie, headers = {} }: { token?: string; body?: object; cookie?: string; headers?: Record<string, string> } = {}) => {
    const answer = await app.inject({ method: method!, url, headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(cookie ? { cookie } : {}), ...(body ? { 'content-type': 'application/json' } : {}), ...headers }, ...(body ? { payload: JSON.stringify(body) } : {}) });
    return { status: answer.statusCode, body: answer.body ? answer.json<Record<string, unknown> & { items: Record<string, unknown>[] }>() : undefined, headers: answer.headers };
  };

  it('makes one administrator, whose token may do everything', async () => {
    expect(await acl.ensureFirstAdministrator()).toBeUndefined();
    expect(await acl.ensureFirstAdministrator(admin)).toBe(admin);
    const me = await call('GET', '/api/v1/me', { token: admin });
    expect(me.body).toEqual({ subject: 'user:admin', name: 'admin', spaces: [{ name: 'hotels', title: 'Hotels', running: 0 }, { name: 'payments', running: 0 }], grants: [{ role: 'superuser', by: 'by the grant first-administrator' }] });
  });

  it('takes a token of the installation as it is given', async () => {
    expect(await acl.ensureFirstAdministrator('given-by-the-operator')).toBe('given-by-the-operator');
    expect((await call('GET', '/api/v1/me', { token: 'given-by-the-operator' })).body).toMatchObject({ subject: 'user:admin' });
  });

  it('matches mail lists and mail addresses without case', async () => {
    expect((await call('POST', '/api/v1/identities', { token: admin, body: { name: 'asha', mail: 'asha@Example.org', title: 'Asha', password: 'correct horse battery' } })).status).toBe(201);
    expect(await acl.may({ subject: 'user:asha', permission: 'configure', space: 'hotels' })).toEqual({ allowed: true, why: 'user:asha may configure on hotels: admin on hotels as one of the admins of hotels.' });
    expect(await acl.visibleSpaces('user:asha')).toEqual(['hotels']);
    expect(await acl.visibleSpaces('user:vera')).toEqual(['hotels']);
    expect(await acl.visibleSpaces('user:nobody')).toEqual([]);
  });

  it('lets a grant count from the moment it is written, and no longer than it is there', async () => {
    expect((await acl.may({ subject: 'user:ben', permission: 'restart', space: 'payments', project: 'wallet', type: 'restart' })).allowed).toBe(false);
    await store('Grant', { id: 'g1', who: 'user:Ben', role: 'operator', space: 'payments' });
    expect((await acl.may({ subject: 'user:ben', permission: 'restart', space: 'payments', project: 'wallet', type: 'restart' })).allowed).toBe(true);
    await documents.write([{ collection: 'configuration', id: 'Grant/g1', document: null }, { collection: 'system', id: accessRevision, document: {} }]);
    expect((await acl.may({ subject: 'user:ben', permission: 'restart', space: 'payments', project: 'wallet', type: 'restart' })).allowed).toBe(false);
  });

  describe('tokens', () => {
    it('are shown once, stored as a hash, and reach as far as they say', async () => {
      const made = await call('POST', '/api/v1/tokens', { token: admin, body: { name: 'ci', role: 'deployer', space: 'hotels', types: ['deploy'], keys: ['version'], expires_in: '1h' } });
      expect(made).toMatchObject({ status: 201, body: { name: 'ci', role: 'deployer', expires_at: '2026-11-25T13:00:00.000Z', token: expect.stringMatching(/^edge_[0-9a-f]{32}_/) } });
      const token = String(made.body!.token);
      expect(JSON.stringify(await documents.find('tokens', { limit: 100 }))).not.toContain(token.slice(-43));
      expect((await call('GET', '/api/v1/tokens', { token: admin })).body!.items.every((item) => !('hash' in item) && !('token' in item))).toBe(true);
      expect((await call('GET', '/api/v1/me', { token })).body).toMatchObject({ name: 'ci', spaces: [{ name: 'hotels' }], grants: [{ role: 'deployer', space: 'hotels', types: ['deploy'], keys: ['version'] }] });
      const check = (body: object) => call('POST', '/api/v1/access/check', { token, body }).then((answer) => answer.body!.allowed);
      expect(await check({ permission: 'deploy', space: 'hotels', project: 'booking' })).toBe(true);
      expect(await check({ permission: 'rollback', space: 'hotels', project: 'booking' })).toBe(false);
      expect(await check({ permission: 'set-version', space: 'hotels', project: 'booking', keys: ['version'] })).toBe(true);
      expect(await check({ permission: 'configure', space: 'hotels', project: 'booking', keys: ['start_command'] })).toBe(false);
      expect(await check({ permission: 'deploy', space: 'payments', project: 'wallet' })).toBe(false);
    });

    it('end by themselves and by revocation', async () => {
      const short = await call('POST', '/api/v1/tokens', { token: admin, body: { name: 'short', role: 'viewer', space: 'hotels', expires_in: 60 } });
      const long = await call('POST', '/api/v1/tokens', { token: admin, body: { name: 'long', role: 'viewer', space: 'hotels' } });
      clock.time += 61_000;
      expect((await call('GET', '/api/v1/me', { token: String(short.body!.token) })).status).toBe(401);
      expect((await call('GET', '/api/v1/me', { token: String(long.body!.token) })).status).toBe(200);
      expect((await call('DELETE', `/api/v1/tokens/${String(long.body!.id)}`, { token: admin })).status).toBe(204);
      expect((await call('GET', '/api/v1/me', { token: String(long.body!.token) })).status).toBe(401);
    });

    it('cannot make what their maker may not do', async () => {
      const weak = String((await call('POST', '/api/v1/tokens', { token: admin, body: { name: 'weak', role: 'deployer', space: 'hotels' } })).body!.token);
      const strong = String((await call('POST', '/api/v1/tokens', { token: admin, body: { name: 'strong', role: 'admin', space: 'hotels' } })).body!.token);
      expect((await call('POST', '/api/v1/tokens', { token: weak, body: { name: 'x', role: 'viewer', space: 'hotels' } })).status).toBe(403);
      expect((await call('POST', '/api/v1/tokens', { token: strong, body: { name: 'x', role: 'viewer', space: 'hotels' } })).status).toBe(201);
      expect((await call('POST', '/api/v1/tokens', { token: strong, body: { name: 'x', role: 'superuser' } })).status).toBe(403);
      expect((await call('POST', '/api/v1/tokens', { token: strong, body: { name: 'x', role: 'superuser', space: 'hotels' } })).status).toBe(403);
      expect((await call('POST', '/api/v1/tokens', { token: strong, body: { name: 'x', role: 'viewer', space: 'payments' } })).status).toBe(404);
      expect((await call('POST', '/api/v1/tokens', { token: admin, body: { name: 'x', role: 'viewer' } })).status).toBe(422);
      expect((await call('POST', '/api/v1/access/check', { token: weak, body: { subject: 'user:asha', permission: 'see', space: 'hotels' } })).status).toBe(403);
    });
  });

  describe('sessions', () => {
    const cookieOf = (headers: Record<string, unknown>) => String(headers['set-cookie']).split(';')[0];

    it('begin by a one-time code, and only once', async () => {
      const code = await acl.signInCode();
      const [first, second] = await Promise.all([call('POST', '/api/v1/session', { body: { code } }), call('POST', '/api/v1/session', { body: { code } })]);
      expect([first.status, second.status].sort((a, b) => a - b)).toEqual([200, 401]);
      const good = first.status === 200 ? first : second;
      expect(good.headers['set-cookie']).toMatch(/^edge-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
      expect((await call('GET', '/api/v1/me', { cookie: cookieOf(good.headers) })).body).toMatchObject({ subject: 'user:admin' });
      const late = await acl.signInCode();
      clock.time += 10 * 60_000 + 1;
      expect((await call('POST', '/api/v1/session', { body: { code: late } })).status).toBe(401);
    });

    it('begin by a password, and end when asked to, when it changes, and by time', async () => {
      const signIn = async () => cookieOf((await call('POST', '/api/v1/session', { body: { name: 'asha', password: 'correct horse battery' } })).headers);
      const cookie = await signIn();
      expect((await call('GET', '/api/v1/me', { cookie })).body).toMatchObject({ subject: 'user:asha', name: 'Asha' });
      expect((await call('DELETE', '/api/v1/session', { cookie })).status).toBe(403);
      expect((await call('DELETE', '/api/v1/session', { cookie, headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(204);
      expect((await call('GET', '/api/v1/me', { cookie })).status).toBe(401);
      const other = await signIn();
      await call('PUT', '/api/v1/identities/asha', { token: admin, body: { password: 'another good password' } });
      expect((await call('GET', '/api/v1/me', { cookie: other })).status).toBe(401);
      await call('PUT', '/api/v1/identities/asha', { token: admin, body: { password: 'correct horse battery' } });
      const third = await signIn();
      clock.time += 12 * 3_600_000 + 1;
      expect((await call('GET', '/api/v1/me', { cookie: third })).status).toBe(401);
    });

    it('store no password and no secret', async () => {
      const stored = JSON.stringify([await documents.find('identities', { limit: 100 }), await documents.find('sessions', { limit: 100 })]);
      expect(stored).not.toContain('correct horse');
      expect(stored).toContain('argon2id');
      expect((await call('GET', '/api/v1/identities/asha', { token: admin })).body).toEqual({ name: 'asha', title: 'Asha', mail: 'asha@Example.org', has_password: true, created_at: expect.any(String) });
    });

    it('make guessing slow', async () => {
      for (let tried = 0; tried < 10; tried++) expect((await call('POST', '/api/v1/session', { body: { name: 'guessed', password: `guess ${tried}` } })).status).toBe(401);
      const refused = await call('POST', '/api/v1/session', { body: { name: 'Guessed', password: 'guess' } });
      expect({ status: refused.status, wait: Number(refused.headers['retry-after']) }).toEqual({ status: 429, wait: 900 });
      clock.time += 15 * 60_000 + 1;
      expect((await call('POST', '/api/v1/session', { body: { name: 'guessed', password: 'guess' } })).status).toBe(401);
    });

    it('end with the token that opened them', async () => {
      const made = await call('POST', '/api/v1/tokens', { token: admin, body: { name: 'pasted', role: 'viewer', space: 'hotels' } });
      const cookie = cookieOf((await call('POST', '/api/v1/session', { body: { token: made.body!.token as string } })).headers);
      expect((await call('GET', '/api/v1/me', { cookie })).status).toBe(200);
      await call('DELETE', `/api/v1/tokens/${String(made.body!.id)}`, { token: admin });
      expect((await call('GET', '/api/v1/me', { cookie })).status).toBe(401);
    });
  });

  describe('the audit', () => {
    const entries = async () => (await documents.find<Record<string, unknown>>('audit', { limit: 1_000 }));

    it('holds one entry for each change, allowed or not, and is whole', async () => {
      const list = await call('GET', '/api/v1/audit?what=createToken&limit=2', { token: admin });
      expect(list.body!.items[0]).toMatchObject({ what: 'createToken', subject: 'user:admin', allowed: true, from: '127.0.0.1', via: 'api' });
      expect(list.headers.link).toMatch(/cursor=.+; rel="next"|rel="next"/);
      expect((await entries()).some(({ document }) => document.allowed === false)).toBe(true);
      expect(await app.get(AuditService).verify()).toEqual({ ok: true, entries: (await entries()).length });
    });

    it('keeps its order when many write at once, from two processes', async () => {
      const other = new AuditService(documents, keyring, clock);
      const before = (await entries()).length;
      await Promise.all(Array.from({ length: 60 }, (_, index) => (index % 2 ? other : app.get(AuditService)).write({ subject: 'user:asha', what: `test ${index}`, allowed: true })));
      expect(await other.verify()).toEqual({ ok: true, entries: before + 60 });
    });

    it.each<[string, (rows: { id: string; document: Record<string, unknown> }[]) => Promise<unknown>, RegExp]>([
      ['one byte changed', (rows) => documents.write([{ collection: 'audit', id: rows[2]!.id, document: { ...rows[2]!.document, subject: 'user:eve' } }]), /Entry 3 was changed/],
      ['one row removed', (rows) => documents.write([{ collection: 'audit', id: rows[4]!.id, document: null }]), /Entry 5 is missing/],
      ['the tail cut', (rows) => documents.write(rows.slice(-3).map(({ id }) => ({ collection: 'audit', id, document: null }))), /tail was cut/],
      ['the checkpoint forged', () => documents.write([{ collection: 'system', id: 'audit-head', document: { signed: new SpecKeyring().sign('audit', { seq: 1, hash: '' }) } }]), /not signed/],
      ['the checkpoint removed', () => documents.write([{ collection: 'system', id: 'audit-head', document: null }]), /checkpoint/],
    ])('shows %s', async (_name, harm, problem) => {
      const rows = await entries();
      const head = await documents.get('system', 'audit-head');
      await harm(rows);
      const found = await new AuditService(documents, keyring, clock).verify();
      for (const { id, document } of rows) await documents.write([{ collection: 'audit', id, document }]);
      await documents.write([{ collection: 'system', id: 'audit-head', document: head!.document as object }]);
      expect(found).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
      expect(await app.get(AuditService).verify()).toMatchObject({ ok: true });
    });

    it('goes on behind a cut, so that the gap stays to be found', async () => {
      const rows = await entries();
      await documents.write(rows.slice(-2).map(({ id }) => ({ collection: 'audit', id, document: null })));
      const restarted = new AuditService(documents, keyring, clock);
      await restarted.write({ subject: 'user:eve', what: 'nothing', allowed: true });
      expect(await restarted.verify()).toMatchObject({ ok: false, problem: expect.stringMatching(/is missing/) });
    });
  });
});
