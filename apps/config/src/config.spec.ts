import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Caller, Finding, JsonObject, Permission } from '@edge/contracts';
import { checkConfiguration, describeScript } from '@edge/engine/kit';
import { createHttpApp, createLogger, Log } from '@edge/nest';
import { Access, type AccessQuestion, Audit, type AuditEntry, Clock, Documents, ScriptHost, type ScriptBundle, type ScriptDescription, type ScriptRun } from '@edge/ports';
import { type AnyScript, command, defineScript, inventory } from '@edge/script';
import { z } from 'zod';
import { MemoryDocuments } from '@edge/testing/world';
import { ConfigWriter } from './writer/config-writer.js';
import { ConfigFacts, type ConfigFact, ConfigModule, ConfigService, CommandRules, GivenSecrets, SecretKeys, SecretsService } from './index.js';

const tomcat = defineScript({
  name: 'tomcat', about: 'Stops, installs and starts.',
  config: z.object({
    ...inventory, version: z.string().optional(), stop_command: command(), start_command: command(), repo_dir: z.string(), member_session_wait_time: z.number().default(900), is_staggered: z.boolean().default(false),
    is_canary: z.boolean().default(false), bizeye_folder: z.string().optional(), context_dir: z.string(),
  }),
  actions: { async deploy() { return; }, async restart() { return; } },
});

/** The real checks of the kit, in this process. */
class KitHost extends ScriptHost {
  private readonly scripts: Record<string, AnyScript> = { tomcat: tomcat as unknown as AnyScript };
  async describe(bundle: ScriptBundle): Promise<ScriptDescription> {
    return describeScript(this.scripts[bundle.name]!);
  }
  async check(bundle: ScriptBundle, type: string, config: JsonObject): Promise<Finding[]> {
    return checkConfiguration(this.scripts[bundle.name]!, type, config);
  }
  run(): ScriptRun {
    throw new Error('Nothing runs here.');
  }
  async rehearse(): Promise<undefined> {}
  async close(): Promise<void> {}
}

class SpecClock extends Clock {
  time = Date.parse('2026-11-25T12:00:00Z');
  now(): number {
    return (this.time += 1);
  }
  at(): () => void {
    throw new Error('Nothing here waits.');
  }
}

/** A tiny real access: `super` may all; `hotels:admin` and `hotels:ci` act in hotels alone. */
class SpecAccess extends Access {
  private readonly grants: Record<string, { space?: string; permissions: Permission[] | 'all'; keys?: string[] }> = {
    super: { permissions: 'all' }, admin: { space: 'hotels', permissions: ['see', 'configure', 'set-version', 'manage-hosts', 'manage-secrets', 'manage-grants', 'restart'] }, ci: { space: 'hotels', permissions: ['see', 'set-version'], keys: ['version'] }, nobody: { space: 'none', permissions: [] },
  };
  async authenticate({ bearer = '' }: { bearer?: string }): Promise<Caller | undefined> {
    return this.grants[bearer] && { subject: bearer, name: bearer, interactive: false };
  }
  async may({ subject, permission, space, keys = [] }: AccessQuestion) {
    const grant = this.grants[subject]!;
    const allowed = permission === 'signed-in' || grant.permissions === 'all' || (grant.space === space && grant.permissions.includes(permission) && keys.every((key) => grant.keys?.includes(key) ?? true));
    return { allowed, why: '' };
  }
  async visibleSpaces(subject: string): Promise<'all' | string[]> {
    const { space, permissions } = this.grants[subject]!;
    return permissions === 'all' ? 'all' : permissions.length > 0 ? [space!] : [];
  }
}

class AuditList extends Audit {
  readonly entries: AuditEntry[] = [];
  async write(entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
  }
}

class FactList extends ConfigFacts {
  readonly facts: ConfigFact[] = [];
  async changed(facts: ConfigFact[]): Promise<void> {
    this.facts.push(...facts);
  }
}

class NoRoot extends CommandRules {
  refusal(text: string) {
    return text.includes('rm -rf /') ? { rule: 'destroys-system-tree', detail: 'It removes the root.' } : undefined;
  }
}

const documents = new MemoryDocuments();
const audit = new AuditList();
const facts = new FactList();
const log = createLogger({ name: 'spec', level: 'error' });
const provided = [
  { provide: Documents, useValue: documents }, { provide: Clock, useValue: new SpecClock() }, { provide: Log, useValue: log }, { provide: Access, useValue: new SpecAccess() }, { provide: Audit, useValue: audit },
  { provide: ScriptHost, useValue: new KitHost() }, { provide: SecretKeys, useValue: new SecretKeys(() => [{ kid: 'k1', key: new Uint8Array(32).fill(7) }]) }, { provide: ConfigFacts, useValue: facts }, { provide: CommandRules, useValue: new NoRoot() },
];

@Global()
@Module({ imports: [ConfigModule], providers: provided, exports: provided.map(({ provide }) => provide) })
class SpecModule {}

const seedEnvironment = { server_info: 'pool_info', member_session_wait_time: 300, repo_dir: '/opt/mmtrepos' };
const seedProject = {
  version: 'application-version.tar.gz',
  pool_info: { MUM: [{ inpool_threshold: 0, pool_name: 'pool1' }], NEW_CHN: [{ inpool_threshold: 10, pool_name: 'pool1' }, { inpool_threshold: 10, pool_name: 'pool2' }] },
  stop_command: '/etc/init.d/mmtwebd stop', start_command: '/etc/init.d/mmtwebd start', is_staggered: true, is_canary: true, member_session_wait_time: 600, bizeye_folder: '<FTP_FOLDER>', context_dir: '<context_dir>',
};

describe('configuration', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await createHttpApp(SpecModule, { log });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    await app.get(ConfigService).registerScripts([{ sha: 'c'.repeat(64), name: 'tomcat', kit: '', source: '', file: 'tomcat.ts' }]);
  });
  afterAll(() => app.close());

  type Body = Record<string, unknown> & { items: Record<string, unknown>[]; errors: Finding[]; warnings: Finding[]; changes: { kind: string; name: string; change: string; pointers: string[] }[] };
  const call = async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, { as = 'super', body, match, accept }: { as?: string; body?: object; match?: string; accept?: string } = {}) => {
    const answer = await app.inject({ method, url: `/api/v1${path}`, headers: { authorization: `Bearer ${as}`, ...(body ? { 'content-type': 'application/json' } : {}), ...(match ? { 'if-match': match } : {}), ...(accept ? { accept } : {}) }, ...(body ? { payload: JSON.stringify(body) } : {}) });
    const json = /json/.test(String(answer.headers['content-type'] ?? ''));
    return { status: answer.statusCode, body: (json ? answer.json() : {}) as Body, text: answer.body, etag: answer.headers.etag, headers: answer.headers };
  };
  const apply = (documentsToApply: object[], more: { as?: string; dry_run?: boolean } = {}) => call('POST', '/apply', { as: more.as ?? 'super', body: { documents: documentsToApply, ...(more.dry_run ? { dry_run: true } : {}) } });

  it("stores the seed's two documents verbatim, merges and checks them", async () => {
    expect((await call('PUT', '/platform', { body: { zones: { NEW_CHN: ['10.2.0.0/16'] }, config: { member_session_wait_time: 100 } } })).status).toBe(201);
    expect((await call('POST', '/spaces', { body: { name: 'hotels' } })).status).toBe(201);
    expect((await call('POST', '/spaces', { body: { name: 'payments' } })).status).toBe(201);
    const environment = await call('PUT', '/environments/dc-tomcat', { body: { script: 'tomcat', config: seedEnvironment } });
    expect({ status: environment.status, body: environment.body }).toEqual({ status: 201, body: { name: 'dc-tomcat', script: 'tomcat', config: seedEnvironment } });
    const project = await call('PUT', '/spaces/hotels/projects/booking', { body: { environment: 'dc-tomcat', config: seedProject } });
    expect({ status: project.status, etag: project.etag }).toEqual({ status: 201, etag: '"1"' });
    expect(project.body.warnings.map(({ pointer, detail }) => [pointer, detail])).toEqual([
      ['/config/pool_info/MUM/0', 'No host of space hotels names zone MUM and pool pool1.'], ['/config/pool_info/NEW_CHN/0', 'No host of space hotels names zone NEW_CHN and pool pool1.'], ['/config/pool_info/NEW_CHN/1', 'No host of space hotels names zone NEW_CHN and pool pool2.'],
    ]);
    expect((await call('GET', '/spaces/hotels/projects/booking')).body).toEqual({ space: 'hotels', name: 'booking', environment: 'dc-tomcat', config: seedProject });
    for (const host of [{ name: 'm-1', zone: 'MUM', pools: ['pool1'] }, { name: 'c-1', address: '10.2.0.9', pools: ['pool1', 'pool2'] }]) expect((await call('POST', '/hosts', { as: 'admin', body: { ...host, spaces: ['hotels'] } })).status).toBe(201);
    const { body } = await call('GET', '/spaces/hotels/projects/booking/config');
    expect(body).toMatchObject({
      zones: ['MUM', 'NEW_CHN'], findings: [], pools: [{ zone: 'MUM', name: 'pool1', inpool_threshold: 0 }, { zone: 'NEW_CHN', name: 'pool1', inpool_threshold: 10 }, { zone: 'NEW_CHN', name: 'pool2', inpool_threshold: 10 }],
      config: { member_session_wait_time: { value: 600, origin: 'project' }, repo_dir: { value: '/opt/mmtrepos', origin: 'environment' }, server_info: { value: 'pool_info', origin: 'environment' }, is_staggered: { value: true, origin: 'project' } },
    });
    expect((await call('POST', '/spaces/hotels/projects/booking/config/check', { body: { type: 'deploy' } })).body).toEqual({ ok: true, findings: [] });
    expect(await app.get(ConfigService).resolve({ space: 'hotels', project: 'booking', overrides: { version: 'app-43.tar.gz' } })).toMatchObject({ script: { name: 'tomcat', sha: 'c'.repeat(64) }, values: { ...seedProject, version: 'app-43.tar.gz' }, config: { version: { origin: 'action' } }, findings: [] });
  });

  it('finds everything wrong at once, each with pointer, origin and remedy', async () => {
    const refused = await call('PUT', '/spaces/hotels/projects/search', { body: { environment: 'dc-tomcat', config: { ...seedProject, stop_command: 'rm -rf /', is_canary: 'yes', countdown: 'soon', context_dir: 7, pool_info: { MUM: [{ pool_name: 'pool1' }] } } } });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.filter(({ level }) => level === 'error').map(({ pointer, origin }) => [pointer, origin])).toEqual(expect.arrayContaining([
      ['/config/context_dir', 'project'], ['/config/is_canary', 'project'], ['/config/stop_command', undefined], ['/config/pool_info/MUM/0/inpool_threshold', 'project'],
    ]));
    expect(refused.text).toMatch(/destroys-system-tree/);
    expect((await call('PUT', '/spaces/hotels/projects/search', { body: { environment: 'nowhere' } })).body.errors).toEqual([{ pointer: '/environment', detail: 'There is no environment "nowhere".', level: 'error', remedy: 'Environments: dc-tomcat.' }]);
    expect((await call('PUT', '/environments/other', { body: { script: 'tomcatt' } })).body.errors).toEqual([{ pointer: '/script', detail: 'There is no script "tomcatt".', level: 'error', remedy: 'Scripts: tomcat.' }]);
    expect((await call('PUT', '/spaces/hotels/projects/search', { body: { environment: 'dc-tomcat', confg: {} } })).body).toMatchObject({ status: 400, code: 'unknown-field' });
  });

  it("shows where the seed's documents belong when they come bare", async () => {
    const remedy = (key: string) => expect.objectContaining({ pointer: `/${key}`, remedy: expect.stringContaining(`{"config": {"${key}": …}}`) });
    const [environment, project, patch] = await Promise.all([
      call('PUT', '/environments/bare', { body: seedEnvironment }), call('POST', '/spaces/hotels/projects', { body: seedProject }), call('PATCH', '/spaces/hotels/projects/booking', { body: { version: 'app-43.tar.gz' } }),
    ]);
    expect([environment, project, patch].map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(environment.body.errors).toEqual(expect.arrayContaining([remedy('server_info'), remedy('repo_dir'), expect.objectContaining({ pointer: '/script', detail: 'script is missing.' })]));
    expect(project.body.errors).toContainEqual(remedy('pool_info'));
    expect(patch.body.errors).toEqual([remedy('version')]);
    expect((await apply([seedProject])).body.errors).toEqual([{ pointer: '/documents/0/kind', detail: 'kind is missing.', remedy: expect.stringContaining('"config": {…}') }]);
  });

  it('warns of keys of an action that the script does not read', async () => {
    const { findings } = await app.get(ConfigService).resolve({ space: 'hotels', project: 'booking', overrides: { stop_comand: 'x', version: 'app-44.tar.gz' } });
    expect(findings).toEqual([{ pointer: '/stop_comand', detail: 'Script tomcat does not know "stop_comand".', origin: 'action', level: 'warning', remedy: 'Did you mean "stop_command"?' }]);
    expect((await call('POST', '/spaces/hotels/projects/booking/config/check', { body: { config: { stop_comand: 'x' } } })).body).toMatchObject({ ok: true, findings: [{ pointer: '/config/stop_comand', level: 'warning' }] });
  });

  it('warns about unknown keys and lists what is still missing', async () => {
    const saved = await call('PUT', '/spaces/hotels/projects/draft', { body: { environment: 'dc-tomcat', config: { server_info: 'server_list', server_list: { MUM: ['m-1'] }, start_comand: 'x' } } });
    expect(saved.status).toBe(201);
    expect(saved.body.warnings).toEqual(expect.arrayContaining([
      expect.objectContaining({ pointer: '/config/start_comand', remedy: 'Did you mean "start_command"?', level: 'warning' }), expect.objectContaining({ pointer: '/config/stop_command', level: 'warning', remedy: 'Set "stop_command" in the project or its environment.' }),
    ]));
    const checked = await call('POST', '/spaces/hotels/projects/draft/config/check', { body: {} });
    expect(checked.body).toMatchObject({ ok: false, findings: expect.arrayContaining([expect.objectContaining({ pointer: '/config/context_dir', level: 'error' })]) });
    expect((await call('DELETE', '/spaces/hotels/projects/draft', { match: '"1"' })).status).toBe(204);
  });

  it('lists the projects that a change of their environment would break', async () => {
    const saved = await call('PUT', '/environments/dc-tomcat', { match: '"1"', body: { script: 'tomcat', config: { ...seedEnvironment, owner: { $required: 'who answers for it' } } } });
    expect({ status: saved.status, warnings: saved.body.warnings.filter(({ pointer }) => pointer === '') }).toEqual({ status: 200, warnings: [{ pointer: '', detail: 'Project hotels/booking would no longer be accepted: "owner" must be set: who answers for it', level: 'warning', remedy: 'Set what is missing in the project.' }] });
    expect((await call('GET', '/spaces/hotels/projects/booking/config')).body.findings).toEqual([{ pointer: '/config/owner', detail: '"owner" must be set: who answers for it', origin: 'environment', level: 'error', remedy: 'Set "owner" in the project.' }]);
    expect((await call('PUT', '/environments/dc-tomcat', { match: '"2"', body: { script: 'tomcat', config: seedEnvironment } })).status).toBe(200);
  });

  it.each(['Ho%20tels', '-a', '%C3%A9', '__proto__', 'x'.repeat(64)])('takes no name %s by the path that it would not take in a body', async (name) => {
    expect((await call('PUT', `/spaces/${name}`, { body: { title: 'Hotels' } })).body).toMatchObject({ status: 422, errors: [{ pointer: '/name' }] });
    expect((await call('PUT', `/environments/${name}`, { body: { script: 'tomcat' } })).body).toMatchObject({ status: 422, errors: [{ pointer: '/name' }] });
  });

  it('writes over nothing that the writer has not read', async () => {
    const body = { environment: 'dc-tomcat', config: seedProject };
    expect((await call('PUT', '/spaces/hotels/projects/booking', { body })).body).toMatchObject({ status: 428, code: 'precondition-required' });
    expect((await call('PUT', '/spaces/hotels/projects/booking', { body, match: '"9"' })).body).toMatchObject({ status: 412, code: 'version-mismatch' });
    expect((await call('PUT', '/spaces/hotels/projects/booking', { body, match: 'x' })).status).toBe(400);
    expect((await call('DELETE', '/spaces/hotels/projects/booking')).status).toBe(428);
    expect((await call('POST', '/spaces/hotels/projects', { body: { ...body, name: 'booking' } })).body).toMatchObject({ status: 409, code: 'conflict' });
    expect((await call('PUT', '/spaces/hotels/projects/booking', { body: { ...body, name: 'other' }, match: '"1"' })).status).toBe(422);
  });

  it.each(['Project', 'Trigger', 'Host'] as const)('says that a %s was changed meanwhile which somebody else removed since it was read', async (kind) => {
    const proposal = { kind, key: { space: 'hotels', name: 'gone' }, document: null, at: '', ifVersion: 1 };
    await expect(app.get(ConfigWriter).write([proposal], { caller: { subject: 'super', name: 'super', interactive: false } })).rejects.toMatchObject({ code: 'version-mismatch' });
  });

  it('merges a patch, answers the whole, and remembers who did it', async () => {
    const patched = await call('PATCH', '/spaces/hotels/projects/booking', { as: 'ci', body: { config: { version: 'app-43.tar.gz' } } });
    expect({ status: patched.status, etag: patched.etag, body: patched.body }).toEqual({ status: 200, etag: '"2"', body: { space: 'hotels', name: 'booking', environment: 'dc-tomcat', config: { ...seedProject, version: 'app-43.tar.gz' } } });
    expect(audit.entries.at(-1)).toMatchObject({ subject: 'ci', what: 'patchProject', space: 'hotels', target: 'hotels/booking', allowed: true, detail: { changes: [{ kind: 'Project', name: 'hotels/booking', change: 'update', pointers: ['/config/version'] }] } });
    expect((await call('PATCH', '/spaces/hotels/projects/booking', { body: { config: { desc: 'x' } }, match: '"1"' })).status).toBe(412);
    expect((await call('PATCH', '/spaces/hotels/projects/booking', { body: {} })).status).toBe(422);
    const history = (await call('GET', '/spaces/hotels/projects/booking/history')).body.items;
    expect(history.map(({ version, changed_by, pointers }) => ({ version, changed_by, pointers }))).toEqual([{ version: 2, changed_by: 'ci', pointers: ['/config/version'] }, { version: 1, changed_by: 'super', pointers: expect.any(Array) }]);
    expect(facts.facts.at(-1)).toMatchObject({ kind: 'Project', id: 'Project/hotels/booking', version: 2, by: 'ci', space: 'hotels', project: 'booking', pointers: ['/config/version'] });
  });

  it('counts patches of many at once, each', async () => {
    const keys = Array.from({ length: 4 }, (_, index) => `k${index}`);
    const answers = await Promise.all(keys.map((key) => call('PATCH', '/spaces/hotels/projects/booking', { body: { config: { [key]: 1 } } })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await call('GET', '/spaces/hotels/projects/booking')).body.config).toMatchObject({ k0: 1, k1: 1, k2: 1, k3: 1 });
    expect((await call('PATCH', '/spaces/hotels/projects/booking', { body: { config: Object.fromEntries(keys.map((key) => [key, null])) } })).body.config).toEqual({ ...seedProject, version: 'app-43.tar.gz' });
  });

  it('writes the live version back, once, in the name of the action', async () => {
    const change = { space: 'hotels', project: 'booking', version: 'app-44.tar.gz', action: 'a-1', actor: 'user:asha' };
    await app.get(ConfigService).versionWritten(change);
    await app.get(ConfigService).versionWritten(change);
    expect((await call('GET', '/spaces/hotels/projects/booking/history?limit=1')).body.items[0]).toMatchObject({ changed_by: 'user:asha', action: 'a-1', pointers: ['/config/version'] });
    expect(audit.entries.filter(({ what }) => what === 'project.version-written')).toEqual([{ subject: 'user:asha', what: 'project.version-written', space: 'hotels', target: 'hotels/booking', allowed: true, via: 'action', action: 'a-1', detail: { version: 'app-44.tar.gz' } }]);
  });

  it('keeps what is in use', async () => {
    expect((await call('DELETE', '/spaces/hotels', { match: '*' })).body).toMatchObject({ status: 409, detail: 'Space "hotels" is in use by project hotels/booking.' });
    expect((await call('DELETE', '/environments/dc-tomcat', { match: '*' })).body).toMatchObject({ status: 409, detail: 'Environment "dc-tomcat" is in use by project hotels/booking.' });
    await documents.write([{ collection: 'actions', id: 'a-9', document: { space: 'hotels', project: 'booking', hosts: ['m-1'], projection: { ended: false } } }]);
    expect((await call('DELETE', '/hosts/m-1', { match: '*' })).body).toMatchObject({ status: 409, detail: 'Host "m-1" is in use by action a-9.' });
    await documents.write([{ collection: 'actions', id: 'a-9', document: null }]);
  });

  it('cuts everything to what the caller may see and do', async () => {
    await apply([{ kind: 'Project', space: 'payments', name: 'wallet', environment: 'dc-tomcat', config: seedProject }, { kind: 'Host', name: 'p-1', zone: 'MUM', pools: ['pool1'], spaces: ['payments'] }, { kind: 'Host', name: 'shared', zone: 'MUM', spaces: ['hotels', 'payments'] }]);
    expect((await call('GET', '/spaces', { as: 'admin' })).body.items).toEqual([{ name: 'hotels' }]);
    expect((await call('GET', '/hosts', { as: 'admin' })).body.items.map(({ name, spaces }) => [name, spaces])).toEqual([['c-1', ['hotels']], ['m-1', ['hotels']], ['shared', ['hotels']]]);
    const foreign = await call('GET', '/hosts/p-1', { as: 'admin' });
    const unknown = await call('GET', '/hosts/p-9', { as: 'admin' });
    expect([foreign.status, String(foreign.body.detail).replace('p-1', '')]).toEqual([404, String(unknown.body.detail).replace('p-9', '')]);
    expect((await call('GET', '/spaces/payments/projects/wallet', { as: 'admin' })).status).toBe(404);
    expect((await call('PATCH', '/spaces/hotels/projects/booking', { as: 'ci', body: { config: { start_command: 'x' } } })).status).toBe(403);
    expect((await call('PUT', '/hosts/shared', { as: 'admin', match: '*', body: { spaces: ['hotels'], zone: 'MUM' } })).body).toMatchObject({ status: 403 });
    expect((await call('PUT', '/environments/dc-tomcat', { as: 'admin', match: '*', body: { script: 'tomcat' } })).status).toBe(403);
    expect((await call('POST', '/grants', { as: 'admin', body: { who: 'user:ben', role: 'superuser' } })).status).toBe(403);
    expect((await call('POST', '/grants', { as: 'admin', body: { who: 'user:ben', role: 'operator', space: 'payments' } })).status).toBe(404);
    expect((await call('POST', '/grants', { as: 'admin', body: { who: 'user:ben', role: 'operator', space: 'hotels' } })).status).toBe(201);
    expect((await apply([{ kind: 'Space', name: 'hotels', title: 'Hotels' }, { kind: 'Project', space: 'payments', name: 'wallet', environment: 'dc-tomcat' }], { as: 'admin' })).status).toBe(404);
    expect((await call('GET', '/spaces/hotels')).body).toEqual({ name: 'hotels' });
    expect((await call('GET', '/environments', { as: 'nobody' })).body).toEqual({ items: [] });
    expect((await call('GET', '/search?q=p-1', { as: 'admin' })).body).toEqual({ projects: [], hosts: [] });
    expect((await call('GET', '/search?key=version&value=app-44.tar.gz', { as: 'admin' })).body).toEqual({ projects: [{ space: 'hotels', name: 'booking', environment: 'dc-tomcat', value: 'app-44.tar.gz' }], hosts: [] });
  });

  it('pages through lists and links the next page', async () => {
    const first = await call('GET', '/hosts?limit=2');
    expect(first.body.items.map(({ name }) => name)).toEqual(['c-1', 'm-1']);
    const [, next] = /^<(.+)>; rel="next"$/.exec(String(first.headers.link)) ?? [];
    const second = await call('GET', next!.replace('/api/v1', ''));
    expect({ names: second.body.items.map(({ name }) => name), more: second.body.next_cursor }).toEqual({ names: ['p-1', 'shared'], more: undefined });
    expect((await call('GET', '/hosts?cursor=%20')).status).toBe(422);
  });

  it('shows the difference, applies all or nothing, and exports what it was given, byte for byte', async () => {
    const wanted = [
      { kind: 'Space', name: 'flights', title: 'Flights', admins: ['flights@example.org'] }, { kind: 'Project', space: 'flights', name: 'fares', environment: 'dc-tomcat', config: { ...seedProject, version: '1.0' } },
      { kind: 'Host', name: 'f-1', address: '10.2.0.1', port: 22, pools: ['pool1'], spaces: ['flights'], vars: { port: 8001, note: 'yes' } }, { kind: 'Group', name: 'flights@example.org', members: ['asha'] },
      { kind: 'Grant', who: 'group:flights@example.org', role: 'operator', space: 'flights', types: ['restart'] }, { kind: 'Freeze', name: 'year-end', spaces: ['flights'], from: '2026-12-24T00:00:00Z', to: '2027-01-02T00:00:00Z', except: ['rollback'] },
      { kind: 'Policy', name: 'prod', environments: ['dc-tomcat'], allow_only: ['systemctl restart *'] },
      { kind: 'Trigger', space: 'flights', name: 'on-artifact', match: { type: 'dev.cdevents.artifact.published.*' }, start: { project: 'fares', type: 'deploy', version: '{data.subject.content.version}' } },
    ];
    expect((await apply(wanted, { dry_run: true })).body.changes).toEqual(expect.arrayContaining([{ kind: 'Space', name: 'flights', change: 'create', pointers: [] }, { kind: 'Project', name: 'flights/fares', change: 'create', pointers: [] }]));
    expect((await call('GET', '/spaces/flights')).status).toBe(404);
    const broken = await apply([...wanted, { kind: 'Project', space: 'flights', name: 'seats', environment: 'gone' }, { kind: 'Hst', name: 'x' }, { kind: 'Space', name: 'flights' }, { kind: 'Host', name: 'f-2', spaces: ['flights'], prt: 22 }]);
    expect({ status: broken.status, errors: broken.body.errors.map(({ pointer }) => pointer) }).toEqual({ status: 422, errors: ['/documents/9/kind', '/documents/11/prt', '/documents/10'] });
    expect((await apply([...wanted, { kind: 'Project', space: 'flights', name: 'seats', environment: 'gone' }])).body.errors.filter(({ level }) => level === 'error')).toEqual([expect.objectContaining({ pointer: '/documents/8/environment' })]);
    expect((await call('GET', '/spaces/flights')).status).toBe(404);
    expect((await apply(wanted)).status).toBe(200);
    expect((await apply(wanted)).body.changes.map(({ change }) => change)).toEqual(Array(8).fill('unchanged'));
    expect((await apply([{ ...wanted[1], config: { ...seedProject, version: '2.0' } }], { dry_run: true })).body.changes).toEqual([{ kind: 'Project', name: 'flights/fares', change: 'update', pointers: ['/config/version'] }]);
    const exported = (await call('GET', '/export')).body.documents as object[];
    expect((await apply(exported, { dry_run: true })).body.changes.every(({ change }) => change === 'unchanged')).toBe(true);
    const yaml = await call('GET', '/export?space=flights', { accept: 'application/yaml' });
    expect(yaml.text).toBe((await call('GET', '/export?space=flights', { accept: 'application/yaml' })).text);
    expect(yaml.text).toMatchSnapshot();
  });

  it('answers freezes and rules in force', async () => {
    const rules = (space: string, at: string) => app.get(ConfigService).rules({ space, environment: 'dc-tomcat', at });
    expect(await rules('flights', '2026-12-24T00:00:00Z')).toMatchObject({ freezes: [{ name: 'year-end' }], policies: [{ name: 'prod' }], allowSelfApproval: false });
    expect((await rules('flights', '2027-01-02T00:00:00Z')).freezes).toEqual([]);
    expect((await rules('hotels', '2026-12-25T00:00:00Z')).freezes).toEqual([]);
  });

  it('keeps secrets where nobody reads them, and gives their values to the executor alone', async () => {
    expect((await call('PUT', '/spaces/hotels/secrets/db-password', { as: 'admin', body: { value: 'hunter2-canary' } })).status).toBe(204);
    expect((await call('PUT', '/spaces/payments/secrets/db-password', { as: 'admin', body: { value: 'x' } })).status).toBe(404);
    expect((await call('GET', '/spaces/hotels/secrets', { as: 'admin' })).body.items).toEqual([{ name: 'db-password', changed_at: expect.any(String), changed_by: 'admin' }]);
    expect((await call('GET', '/spaces/hotels/secrets', { as: 'ci' })).status).toBe(403);
    expect(JSON.stringify(await documents.find('secrets', { limit: 10 }))).not.toContain('hunter2');
    const secrets = app.get(SecretsService);
    expect(await secrets.values('hotels', ['db-password', 'none'])).toEqual({ 'db-password': 'hunter2-canary' });
    expect(await secrets.values('payments', ['db-password'])).toEqual({});
    const stolen = await documents.get('secrets', 'hotels/db-password');
    await documents.write([{ collection: 'secrets', id: 'payments/db-password', document: { ...(stolen!.document as object), space: 'payments' } }]);
    await expect(secrets.values('payments', ['db-password'])).rejects.toThrow(/moved there/);
    await documents.write([{ collection: 'secrets', id: 'payments/db-password', document: null }]);
    const next = new SecretsService(documents, new SecretKeys(() => [{ kid: 'k2', key: new Uint8Array(32).fill(8) }, { kid: 'k1', key: new Uint8Array(32).fill(7) }]), new SpecClock());
    expect(await next.reencrypt()).toEqual({ key: 'k2', secrets: 1, reencrypted: 1, left: 0 });
    expect(await new SecretsService(documents, new SecretKeys(() => [{ kid: 'k2', key: new Uint8Array(32).fill(8) }]), new SpecClock()).values('hotels', ['db-password'])).toEqual({ 'db-password': 'hunter2-canary' });
    await expect(secrets.values('hotels', ['db-password'])).rejects.toThrow(/key "k2"/);
    const given = new SecretsService(documents, new SecretKeys(() => [{ kid: 'k2', key: new Uint8Array(32).fill(8) }]), new SpecClock(), new GivenSecrets((space, name) => new Map([['hotels/api-key', 'from a file'], ['hotels/db-password', 'shadowed']]).get(`${space}/${name}`)));
    expect(await given.values('hotels', ['api-key', 'db-password'])).toEqual({ 'api-key': 'from a file', 'db-password': 'hunter2-canary' });
    expect(JSON.stringify(audit.entries)).not.toContain('hunter2');
  });

  it('shows scripts with their schema', async () => {
    expect((await call('GET', '/scripts')).body.items).toEqual([{ name: 'tomcat', about: 'Stops, installs and starts.', actions: ['deploy', 'restart'], sha: 'c'.repeat(64), registered_at: expect.any(String) }]);
    expect((await call('GET', '/scripts/tomcat')).body).toMatchObject({ schema: { properties: { stop_command: { 'x-command': true } } }, defaults: { is_staggered: false } });
  });

  it('keeps the last superuser', async () => {
    await apply([{ kind: 'Grant', who: 'user:root', role: 'superuser' }]);
    const [grant] = (await call('GET', '/grants')).body.items.filter(({ role }) => role === 'superuser');
    expect((await call('DELETE', `/grants/${String(grant!.id)}`, { match: '*' })).body).toMatchObject({ status: 409 });
  });
});
