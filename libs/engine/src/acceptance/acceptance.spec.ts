import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ActionDocument, type Caller, EdgeError, type Grant, newId, type StartRequest, topics } from '@edge/contracts';
import { command, defineScript, sh } from '@edge/script';
import { Dice, FixedConfig, InProcessScripts, MemoryBus, MemoryDocuments, MemoryJournal, Scheduler, SharedKeyring, VirtualClock } from '@edge/testing/world';
import { z } from 'zod';
import { buildRecord } from '../journal/build-record.js';
import { LockTable } from '../locks/lock-table.js';
import { Acceptance } from './acceptance.js';
import type { CommandVerdict } from './acceptance-deps.js';
import { mayStart } from './may-start.js';

const script = defineScript({
  name: 'plain', about: 'For this spec.', config: z.object({ start_command: command(), version: z.string() }),
  actions: { deploy: async ({ rollOut }) => { await rollOut(async (batch) => { await batch.run('x', sh`true`); }); }, restart: async () => undefined, rollback: async () => undefined },
});
const asha: Caller = { subject: 'user:asha', name: 'asha', interactive: true };
const ci: Caller = { subject: 'token:ci', name: 'ci', interactive: false };
const host = (name: string, zone = 'north') => ({ name, zone, pools: [], spaces: ['hotels'] });
const deploy: StartRequest = { space: 'hotels', project: 'booking', type: 'deploy' };

function world() {
  const scheduler = new Scheduler();
  const clock = new VirtualClock(scheduler);
  const [documents, journal, bus, config, scripts] = [new MemoryDocuments(), new MemoryJournal(), new MemoryBus(), new FixedConfig(), new InProcessScripts()];
  const keyring = new SharedKeyring('spec');
  const dice = new Dice(1);
  config.bundles.set('sha-1', scripts.add('sha-1', script));
  config.add({ space: 'hotels', project: 'booking', script: { name: 'plain', sha: 'sha-1' }, values: { start_command: 'start it', version: 'app-1' }, hosts: [host('web-1'), host('web-2'), host('web-3', 'south')] });
  const policy = (text: string): CommandVerdict => (text.includes('rm -rf') ? { verdict: 'deny', rule: 'delete-all', detail: 'It deletes.', instead: 'Name one folder.' } : text.includes('reboot') ? { verdict: 'approve', rule: 'reboot', detail: 'It reboots.' } : { verdict: 'allow', rule: '', detail: '' });
  const deps = { documents, journal, config, scriptHost: scripts, keyring, clock, publish: (records: Parameters<MemoryBus['publish']>[0]) => bus.publish(records), checkCommand: policy, newId: () => newId(clock.now(), dice.bytes(10)), note: () => undefined };
  return { scheduler, clock, documents, journal, bus, config, scripts, keyring, deps, acceptance: new Acceptance(deps) };
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

let w: ReturnType<typeof world>;
beforeEach(async () => {
  w = world();
  await w.bus.ensureTopics([topics.actions]);
});

const refusal = async (request: Partial<StartRequest>, caller = asha) => {
  const error: unknown = await w.acceptance.start({ ...deploy, ...request }, caller).then(() => undefined, (thrown: unknown) => thrown);
  return error instanceof EdgeError ? { code: error.code, pointers: error.findings.map(({ pointer }) => pointer) } : error;
};
const stored = async (id: string) => (await w.documents.get<ActionDocument>('actions', id))!.document;
const started = (request: Partial<StartRequest> = {}, caller = asha) => w.acceptance.start({ ...deploy, ...request }, caller);

describe('Acceptance.start', () => {
  it('stores what was promised, signs the grant, and brings it onto the bus', async () => {
    const accepted = await started({ user: 'ben', reason: 'because' });
    expect(accepted).toEqual({ action_id: expect.any(String), project: 'booking', hosts: 3, status: 'counting-down', versions: { 'web-1': { to: 'app-1' }, 'web-2': { to: 'app-1' }, 'web-3': { to: 'app-1' } }, links: expect.any(Object) });
    const document = await stored(accepted.action_id);
    expect(document).toMatchObject({ user: 'ben', reason: 'because', countdownSeconds: 10, startWithinMs: 1_800_000, hosts: ['web-1', 'web-2', 'web-3'], snapshot: { zones: ['north', 'south'], zoneOrder: 'parallel', script: { sha: 'sha-1' }, to: 'app-1' } });
    expect(w.keyring.verify<Grant>('grant', document.grant)).toMatchObject({ action: accepted.action_id, hosts: document.hosts, script: 'sha-1', actor: 'user:asha' });
    expect(w.bus.published(topics.actions.name).map(({ key, headers }) => [key, headers.ce_type])).toEqual([[accepted.action_id, 'edge.action.requested.v1']]);
  });

  it('refuses what the plan of its pools finds wrong, and asks for no plan where there are no pools', async () => {
    const asked: unknown[] = [];
    const acceptance = new Acceptance({ ...w.deps, plan: async ({ project }, options) => {
      asked.push([project, options]);
      return { plan: { findings: [{ pointer: '/pool_info/north/0/inpool_threshold', detail: 'It leaves no room.', level: 'error' }] }, hash: '' };
    } });
    expect(await acceptance.start(deploy, asha)).toMatchObject({ hosts: 3 });
    const booking = w.config.projects.get('hotels/booking')!;
    w.config.add({ ...booking, project: 'pooled', pools: [{ zone: 'north', name: 'p', inpool_threshold: 100 }] });
    await expect(acceptance.start({ ...deploy, project: 'pooled' }, asha)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('It leaves no room.'), findings: [{ pointer: '/pool_info/north/0/inpool_threshold' }] });
    expect(asked).toEqual([['pooled', { assume: 'all-serve' }]]);
  });

  it('answers a request that was accepted already without planning it again', async () => {
    let plans = 0;
    const acceptance = new Acceptance({ ...w.deps, plan: async () => ({ plan: { findings: [] }, hash: `plan ${++plans}` }) });
    w.config.projects.get('hotels/booking')!.pools = [{ zone: 'north', name: 'p', inpool_threshold: 50 }];
    const first = await acceptance.start(deploy, asha);
    const again = await acceptance.start(deploy, asha);
    expect([again.action_id, again.duplicate, plans]).toEqual([first.action_id, true, 1]);
    await acceptance.start({ ...deploy, allow_duplicate: true }, asha);
    expect(plans).toBe(2);
  });

  it('refuses another plan than the one that was seen, also where it is only to be looked at', async () => {
    const acceptance = new Acceptance({ ...w.deps, plan: async () => ({ plan: { findings: [] }, hash: 'now' }) });
    for (const more of [{}, { dry_run: true }]) {
      await expect(acceptance.start({ ...deploy, ...more, plan_hash: 'then' }, asha)).rejects.toMatchObject({ code: 'plan-changed', findings: [{ pointer: '/plan_hash' }] });
      expect(await acceptance.start({ ...deploy, ...more, plan_hash: 'now' }, asha)).toMatchObject({ hosts: 3 });
    }
  });

  it('passes over a zone of the order that has no selected host, and says so', async () => {
    const accepted = await started({ zones: ['west', 'south', 'north'] });
    expect([accepted.warnings, (await stored(accepted.action_id)).snapshot.zones]).toEqual([['Zone west has no selected hosts and is skipped.'], ['south', 'north']]);
  });

  it('counts down ten seconds for people, none for machines, else as asked or configured', async () => {
    const seconds = async (request: Partial<StartRequest>, caller: Caller) => (await stored((await started({ allow_duplicate: true, ...request }, caller)).action_id)).countdownSeconds;
    expect([await seconds({}, asha), await seconds({}, ci), await seconds({ countdown: 3 }, ci), await seconds({ config: { countdown: 7 } }, ci), await seconds({ config: { countdown: '2m' } }, ci)]).toEqual([10, 0, 3, 7, 120]);
  });

  it('tells everything that is wrong at once, each with its place', async () => {
    w.config.projects.get('hotels/booking')!.values = { version: 'app-1', custom_command: 'rm -rf /' };
    w.config.inventory.set('far', { name: 'far', spaces: ['flights'], zone: 'north' });
    w.config.inventory.set('lost', { name: 'lost', spaces: ['hotels'] });
    expect(await refusal({ servers: ['web-1', ' ', 'web-9', 'far', 'lost'], zones: ['south'], reason: { 'web-2': 'x' }, start_within: 'soon' })).toEqual({
      code: 'invalid', pointers: ['/servers/1', '/servers/2', '/servers/3', '/servers/4', '/zones', '/reason/web-2', '/start_within', '/config/start_command', '/config/custom_command'],
    });
  });

  it('refuses an empty list of servers and collapses repeated ones', async () => {
    expect(await refusal({ servers: [] })).toEqual({ code: 'invalid', pointers: ['/servers'] });
    expect((await stored((await started({ servers: ['web-2', 'web-1', 'web-2'] })).action_id)).hosts).toEqual(['web-1', 'web-2']);
  });

  it('does not take a countdown of the configuration that is none for the default', async () => {
    expect(await refusal({ config: { countdown: '2 m' } })).toEqual({ code: 'invalid', pointers: ['/config/countdown'] });
    expect(await refusal({ config: { countdown: '999999d' } })).toEqual({ code: 'invalid', pointers: ['/config/countdown'] });
  });

  it('names the field of the request that set the version', async () => {
    w.config.bundles.set('sha-2', w.scripts.add('sha-2', defineScript({ name: 'picky', about: 'For this spec.', config: z.object({ version: z.string().startsWith('app-') }), actions: { deploy: async () => undefined } })));
    w.config.projects.get('hotels/booking')!.script = { name: 'picky', sha: 'sha-2' };
    expect([await refusal({ version: 'x' }), await refusal({ config: { version: 'x' } })]).toEqual([{ code: 'invalid', pointers: ['/version'] }, { code: 'invalid', pointers: ['/config/version'] }]);
  });

  it('refuses secrets inside command text', async () => {
    expect(await refusal({ config: { start_command: { $secret: 'password' } } })).toMatchObject({ code: 'invalid', pointers: expect.arrayContaining(['/config/start_command']) });
  });

  it('refuses during a freeze, but for excepted types', async () => {
    w.config.freezes = [{ name: 'year-end', from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', except: ['rollback'] }];
    expect(await refusal({})).toEqual({ code: 'frozen', pointers: [] });
    expect(await started({ type: 'rollback', version: 'app-0' })).toMatchObject({ status: 'counting-down' });
  });

  it('breaks a freeze only by its name and with a reason, and no other beside it', async () => {
    const freeze = { name: 'year-end', from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
    w.config.freezes = [freeze];
    expect(await refusal({ override_freeze: 'another', reason: 'fire' })).toMatchObject({ code: 'frozen' });
    expect(await refusal({ override_freeze: 'year-end' })).toEqual({ code: 'invalid', pointers: ['/reason'] });
    const { action_id } = await started({ override_freeze: 'year-end', reason: 'fire' });
    const { document } = (await w.documents.get<ActionDocument>('actions', action_id))!;
    expect(await mayStart(document, w.deps)).toBeUndefined();
    w.config.freezes = [freeze, { ...freeze, name: 'audit-week' }];
    expect(await mayStart(document, w.deps)).toMatchObject({ why: expect.stringContaining('audit-week') });
    expect(await refusal({ override_freeze: 'year-end', reason: 'fire' })).toMatchObject({ code: 'frozen' });
  });

  it('waits for approval where environment or policy demand a second person', async () => {
    w.config.projects.get('hotels/booking')!.protected = true;
    expect(await started()).toMatchObject({ status: 'waiting', waiting_for: expect.stringContaining('protected') });
    w.config.projects.get('hotels/booking')!.protected = false;
    expect(await started({ config: { start_command: 'reboot' } })).toMatchObject({ status: 'waiting', waiting_for: expect.stringContaining('reboot') });
  });

  it('rolls back to what is named, configured, or ran before; refuses when nothing is known', async () => {
    expect(await refusal({ type: 'rollback' })).toEqual({ code: 'invalid', pointers: ['/version'] });
    const to = async (request: Partial<StartRequest>) => {
      const { snapshot } = await stored((await started({ type: 'rollback', allow_duplicate: true, ...request })).action_id);
      return [snapshot.to, snapshot.values.version, snapshot.toByHost];
    };
    expect(await to({ version: 'app-0' })).toEqual(['app-0', 'app-0', undefined]);
    expect(await to({ config: { rollback_version: 'app-00' } })).toEqual(['app-00', 'app-00', undefined]);
    const former = await started({ version: 'app-2', allow_duplicate: true });
    const document = await stored(former.action_id);
    await w.documents.write([{ collection: 'actions', id: document.id, document: { ...document, snapshot: { ...document.snapshot, from: { 'web-1': 'app-1', 'web-2': 'app-0' } } } }]);
    for (const name of ['web-1', 'web-2']) await w.documents.write([{ collection: 'versions', id: `hotels/booking/${name}`, document: { space: 'hotels', project: 'booking', host: name, version: 'app-2', action: document.id, at: '' } }]);
    expect(await to({ servers: ['web-1', 'web-2'] })).toEqual([undefined, 'app-1', { 'web-1': 'app-1', 'web-2': 'app-0' }]);
    for (const name of ['web-1', 'web-2']) await w.documents.write([{ collection: 'versions', id: `hotels/booking/${name}`, document: { space: 'hotels', project: 'booking', host: name, version: 'app-2', action: document.id, at: '', before: ['app-3'] } }]);
    expect(await to({ servers: ['web-1', 'web-2'] })).toEqual(['app-3', 'app-3', undefined]);
  });
});

describe('Acceptance, asked twice', () => {
  it('makes exactly 100 actions of 1,000 simultaneous requests with 100 keys', async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, n) => started({ idempotencyKey: `key-${n % 100}` }, ci)));
    expect(new Set(answers.map(({ action_id: id }) => id)).size).toBe(100);
    expect((await w.documents.find('actions', { limit: 1_000 })).length).toBe(100);
    for (let key = 0; key < 100; key += 1) expect(new Set(answers.filter((_, n) => n % 100 === key).map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('holds over two gateways that accept at the same time', async () => {
    const other = new Acceptance(w.deps);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 2 ? other : w.acceptance).start({ ...deploy, idempotencyKey: `key-${n % 4}` }, ci)));
    expect(new Set(answers.map(({ action_id: id }) => id)).size).toBe(4);
    expect((await w.documents.find('actions', { limit: 100 })).length).toBe(4);
  });

  it('refuses a key with another body, and forgets keys after seven days', async () => {
    const first = await started({ idempotencyKey: 'k' }, ci);
    expect(await refusal({ idempotencyKey: 'k', countdown: 5 }, ci)).toEqual({ code: 'idempotency-mismatch', pointers: [''] });
    expect(await started({ idempotencyKey: 'k' }, asha)).not.toEqual(first);
    w.scheduler.now += 7 * 86_400_000 + 1;
    await w.acceptance.sweep();
    expect((await w.documents.find('idempotency', { limit: 10, where: { at: { from: 0 } } })).length).toBe(0);
    expect((await started({ idempotencyKey: 'k' }, ci)).action_id).not.toBe(first.action_id);
  });

  it('answers the same action while the first is unfinished, unless told otherwise', async () => {
    const [one, two] = await Promise.all([started(), started()]);
    expect([one.action_id, two.duplicate ?? one.duplicate]).toEqual([two.action_id, true]);
    expect((await started({ allow_duplicate: true })).action_id).not.toBe(one.action_id);
    expect((await started({}, ci)).action_id).not.toBe(one.action_id);
    const document = await stored(one.action_id);
    await w.documents.write([{ collection: 'actions', id: one.action_id, document: { ...document, projection: { ...document.projection, ended: true } } }]);
    expect((await started()).action_id).not.toBe(one.action_id);
  });

  it('takes the same anew once the first was told to end, or has ended before the lists know', async () => {
    const first = await started();
    await w.acceptance.signal(first.action_id, 'cancel', {}, asha);
    const second = await started();
    expect([second.action_id === first.action_id, second.duplicate]).toEqual([false, undefined]);
    await w.journal.append(buildRecord({ type: 'end', status: 'cancelled', summary: { reason: 'x', rolledBack: 'none', unconfirmedHosts: [] } }, { action: second.action_id, head: undefined, at: w.clock.now(), writer: 'spec' }));
    const third = await started();
    expect([third.action_id === second.action_id, third.duplicate, (await started()).action_id]).toEqual([false, undefined, third.action_id]);
  });

  it('lets one of two different requests start and queues the other behind it', async () => {
    const [one, two] = await Promise.all([started(), started({ type: 'restart' }, ci)]);
    expect([one.status, two.status]).toEqual(['counting-down', 'queued']);
    expect(two.queue).toEqual({ position: 1, behind: { action_id: one.action_id, project: 'booking', type: 'deploy', actor: 'asha' } });
  });
});

describe('Acceptance, when busy', () => {
  it('rejects with the holder, supersedes who waits, or cancels who runs', async () => {
    const running = await started();
    expect(await refusal({ on_busy: 'reject', countdown: 1 })).toEqual({ code: 'project-locked', pointers: ['/on_busy'] });
    const waiting = await started({ countdown: 2 });
    const newer = await started({ countdown: 3, on_busy: 'supersede' });
    expect((await stored(newer.action_id)).supersedes).toEqual([waiting.action_id]);
    expect(await refusal({ on_busy: 'cancel-and-run', countdown: 4 })).toEqual({ code: 'invalid', pointers: ['/reason'] });
    const urgent = await started({ countdown: 4, on_busy: 'cancel-and-run', reason: 'It burns.' });
    expect((await stored(urgent.action_id)).supersedes).toEqual([running.action_id, waiting.action_id, newer.action_id]);
    const signals = w.bus.published(topics.actions.name).filter(({ headers }) => headers.ce_type === 'edge.signal.sent.v1').map(({ key }) => key);
    expect(signals.toSorted()).toEqual([waiting.action_id, running.action_id, waiting.action_id, newer.action_id].toSorted());
  });

  it('says no more of another space than that it is busy', async () => {
    w.config.add({ space: 'flights', project: 'search', script: { name: 'plain', sha: 'sha-1' }, values: { start_command: 'x', version: '1' }, hosts: [{ ...host('web-1'), spaces: ['hotels', 'flights'] }] });
    await started();
    expect((await w.acceptance.start({ ...deploy, space: 'flights', project: 'search' }, asha)).queue).toEqual({ position: 1, behind: 'busy in another space' });
  });

  it('refuses more than a thousand in the queue of one project', async () => {
    const [locks, entry] = [new LockTable(w.documents), (action: string) => ({ action, space: 'hotels', keys: ['project:hotels/booking'] })];
    await Promise.all([entry('holder'), ...Array.from({ length: 1_000 }, (_, n) => entry(`a${n}`))].map((one) => locks.acquire(one)));
    expect(await refusal({})).toEqual({ code: 'too-many', pointers: [] });
    await locks.release('a7');
    expect((await started()).status).toBe('queued');
  });
});

describe('Acceptance, when the bus is away', () => {
  it('keeps what it accepted and publishes it with the next sweep', async () => {
    const away = new Acceptance({ ...w.deps, publish: async () => { throw new Error('The bus is away.'); } });
    const accepted = await away.start(deploy, asha);
    expect(w.bus.published(topics.actions.name)).toEqual([]);
    await w.acceptance.sweep();
    expect(w.bus.published(topics.actions.name)).toEqual([]);
    w.scheduler.now += 5_000;
    await w.acceptance.sweep();
    await w.acceptance.sweep();
    expect(w.bus.published(topics.actions.name).map(({ key }) => key)).toEqual([accepted.action_id]);
  });
});

describe('Acceptance.signal and retry', () => {
  const signal = (id: string, name: Parameters<Acceptance['signal']>[1], caller = asha, body = {}) => w.acceptance.signal(id, name, body, caller).then(({ status }) => status, (error: unknown) => (error instanceof EdgeError ? error.code : error));
  const become = async (id: string, ...bodies: Parameters<typeof buildRecord>[0][]) => {
    for (const body of bodies) await w.journal.append(buildRecord(body, { action: id, head: w.journal.readNow(id).at(-1), at: w.clock.now(), writer: 'spec' }));
  };
  const summary = { reason: 'x', rolledBack: 'none' as const, unconfirmedHosts: [] };

  it('refuses what comes too late, twice or for nobody, with the status', async () => {
    const { action_id: id } = await started();
    await become(id, { type: 'status', to: 'queued' }, { type: 'status', to: 'counting-down' }, { type: 'status', to: 'running' });
    expect([await signal(id, 'resume'), await signal(id, 'approve'), await signal(id, 'pause'), await signal('none', 'cancel')]).toEqual(['too-late', 'too-late', 'running', 'not-found']);
    await become(id, { type: 'status', to: 'cancelling' });
    expect(await signal(id, 'cancel')).toBe('too-late');
    await become(id, { type: 'end', status: 'cancelled', summary });
    expect([await signal(id, 'cancel'), await signal(id, 'pause'), await signal(id, 'verdict')]).toEqual(['too-late', 'too-late', 'too-late']);
  });

  it('waits no longer than a caller can for a bus that is away, and sends all the same', async () => {
    const { action_id: id } = await started();
    await become(id, { type: 'status', to: 'queued' }, { type: 'status', to: 'counting-down' }, { type: 'status', to: 'running' });
    const before = await started();
    const [notes, sent]: [unknown[], { come: () => void; fail: (error: Error) => void }[]] = [[], []];
    const acceptance = new Acceptance({ ...w.deps, note: (...said) => notes.push(said), publish: (records) => new Promise<void>((resolve, reject) => {
      sent.push({ come: () => resolve(w.bus.publish(records)), fail: reject });
    }) });
    const ask = async (name: Parameters<Acceptance['signal']>[1]) => {
      const [asked, since] = [acceptance.signal(id, name, {}, asha).then(() => undefined, (error: unknown) => error), w.clock.now()];
      for (const tried = sent.length; sent.length === tried; ) await turn();
      while (w.scheduler.step());
      return { error: await asked, afterMs: w.clock.now() - since };
    };
    for (const name of ['pause', 'cancel'] as const) expect(await ask(name)).toEqual({ afterMs: 15_000, error: expect.objectContaining({ code: 'unavailable', retryAfterSeconds: 5, message: `The bus does not take this ${name} now. It may still arrive: look at the action, and ask again where nothing has changed.` }) });
    expect([before.duplicate, notes]).toEqual([true, []]);
    sent[0]!.fail(new Error('no broker'));
    sent[1]!.come();
    for (let turns = 0; turns < 10; turns++) await turn();
    expect(notes).toEqual([[{ action: id, signal: expect.any(String), error: 'Error: no broker' }, expect.stringMatching(/^this pause did not get onto the bus/)]]);
    expect(w.bus.published(topics.actions.name).at(-1)).toMatchObject({ key: id, headers: { ce_type: 'edge.signal.sent.v1' } });
    expect((await started()).duplicate).toBeUndefined(); // the cancel that came late counts in full
  });

  it('lets nobody approve their own action, unless the installation says so', async () => {
    w.config.projects.get('hotels/booking')!.protected = true;
    const { action_id: id } = await started();
    await become(id, { type: 'status', to: 'waiting' });
    expect([await signal(id, 'approve'), await signal(id, 'approve', ci)]).toEqual(['forbidden', 'waiting']);
    w.config.allowSelfApproval = true;
    expect(await signal(id, 'approve')).toBe('waiting');
  });

  it('takes a verdict only for a zone and stage that wait for one', async () => {
    const { action_id: id } = await started();
    const wait = { kind: 'signal' as const, key: 'signal/canary/1', names: ['verdict'], waitingFor: 'a verdict', match: { zone: 'north', stage: 1 } };
    await become(id, { type: 'status', to: 'queued' }, { type: 'status', to: 'counting-down' }, { type: 'status', to: 'running' });
    const verdict = (zone: string) => signal(id, 'verdict', asha, { zone, stage: 1, verdict: 'positive' });
    expect(await verdict('north')).toBe('too-late');
    await become(id, { type: 'schedule', steps: [wait] });
    expect([await verdict('north'), await verdict('south')]).toEqual(['waiting', 'invalid']);
    await become(id, { type: 'result', items: [{ key: wait.key, value: null }] });
    expect(await verdict('north')).toBe('too-late');
  });

  it('makes an approval of a blocked action a renewed grant', async () => {
    const { action_id: id } = await started();
    await become(id, { type: 'status', to: 'queued' }, { type: 'status', to: 'counting-down' }, { type: 'status', to: 'running' }, { type: 'status', to: 'blocked' });
    w.scheduler.now += 8 * 86_400_000;
    expect(await signal(id, 'approve', ci)).toBe('blocked');
    const sent = JSON.parse(w.bus.published(topics.actions.name).at(-1)!.value) as { signed: { payload: string; kid: string; signature: string } };
    const { signal: renew } = w.keyring.verify<{ signal: { name: string; payload: { grant: ActionDocument['grant'] } } }>('signal', sent.signed)!;
    expect([renew.name, Date.parse(w.keyring.verify<Grant>('grant', renew.payload.grant)!.expiresAt) > w.clock.now()]).toEqual(['renew', true]);
  });

  it('retries on the hosts that did not succeed, from the same snapshot', async () => {
    const { action_id: id } = await started();
    expect(await w.acceptance.retry(id, asha).catch((error: unknown) => (error as EdgeError).code)).toBe('too-late');
    const ok = { kind: 'note' as const, key: 'note/host-succeeded/1', note: { event: 'host-succeeded' as const, host: 'web-2' } };
    await become(id, { type: 'status', to: 'queued' }, { type: 'status', to: 'counting-down' }, { type: 'status', to: 'running' }, { type: 'schedule', steps: [ok] }, { type: 'end', status: 'failed', summary });
    await new LockTable(w.documents).release(id);
    w.config.projects.get('hotels/booking')!.values = { start_command: 'other', version: 'app-9' };
    const again = await w.acceptance.retry(id, ci, { reason: 'once more' });
    expect(await stored(again.action_id)).toMatchObject({ hosts: ['web-1', 'web-3'], retryOf: id, reason: 'once more', snapshot: { values: { start_command: 'start it', version: 'app-1' } }, actor: ci });
    expect(again.status).toBe('counting-down');
  });

  const ended = async (id: string, status: 'failed' | 'completed' = 'failed') => {
    await become(id, { type: 'status', to: 'queued' }, { type: 'status', to: 'counting-down' }, { type: 'status', to: 'running' }, { type: 'end', status, summary });
    await new LockTable(w.documents).release(id);
  };

  it('starts a retry at once, whatever the first one waited for, or counts down as asked', async () => {
    const seconds = async (body: { countdown?: string }) => {
      const { action_id: id } = await started({ countdown: 60, allow_duplicate: true });
      await ended(id);
      const { action_id: again } = await w.acceptance.retry(id, asha, body);
      await ended(again);
      return (await stored(again)).countdownSeconds;
    };
    expect([await seconds({}), await seconds({ countdown: '2m' })]).toEqual([0, 120]);
  });

  it('retries an action once, whoever asks, and says where to go on', async () => {
    const { action_id: id } = await started();
    await ended(id);
    const [one, two] = await Promise.all([w.acceptance.retry(id, asha), w.acceptance.retry(id, ci, { reason: 'me too' })]);
    expect([one.action_id, two.action_id === one.action_id, one.duplicate ?? two.duplicate]).toEqual([one.action_id, true, true]);
    await ended(one.action_id);
    const refusalOf = async (action: string) => w.acceptance.retry(action, ci).then(() => undefined, (error: unknown) => `${(error as EdgeError).code}: ${(error as EdgeError).detail}`);
    expect(await refusalOf(id)).toBe(`too-late: Action ${id} was retried as action ${one.action_id}, which ended failed: retry that one.`);
    const { action_id: last } = await w.acceptance.retry(one.action_id, ci);
    await ended(last, 'completed');
    expect(await refusalOf(one.action_id)).toBe(`too-late: Action ${one.action_id} was retried as action ${last}, which completed: there is nothing left to retry.`);
    expect(await refusalOf('none')).toMatch(/^not-found: /);
  });

  it('says once that a retry needs a second person, too', async () => {
    w.config.projects.get('hotels/booking')!.protected = true;
    const { action_id: id } = await started();
    await ended(id);
    expect((await w.acceptance.retry(id, ci)).waiting_for).toBe('approval by a second person. Environment fixed is protected.');
  });

  it('needs a second person for a retry when the environment has become protected meanwhile', async () => {
    const { action_id: id } = await started();
    await ended(id);
    w.config.projects.get('hotels/booking')!.protected = true;
    expect(await w.acceptance.retry(id, ci)).toMatchObject({ status: 'waiting', waiting_for: 'approval by a second person. Environment fixed is protected.' });
  });
});
