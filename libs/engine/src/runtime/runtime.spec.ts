import { describe, expect, it } from '@jest/globals';
import { type Grant, type HostResult, type JournalRecord, topics } from '@edge/contracts';
import { type AnyScript, defineScript, sh, verbatim } from '@edge/script';
import { RuntimeStage } from '@edge/testing/world';
import { z } from 'zod';
import { LockTable } from '../locks/lock-table.js';

type Deploy = NonNullable<Parameters<typeof defineScript<z.ZodObject>>[0]['actions']>[string];

const script = (deploy: Deploy): AnyScript => defineScript({ name: 'spec', about: 'For this spec.', config: z.object({}), actions: { deploy } });
const twoSteps = script(async ({ rollOut }) => {
  await rollOut(async (batch) => {
    await batch.run('stop', verbatim('stop it'));
    await batch.run('start', verbatim('start it'));
    batch.runsNow();
  }, { order: 'at-once' });
});
const withCleanUp = script(async ({ rollOut }) => {
  await rollOut(async (batch) => {
    try {
      await batch.run('work', verbatim('work'), { onFailure: 'keep' });
      await batch.run('more', verbatim('more'));
    } finally {
      await batch.run('tidy', verbatim('tidy'));
    }
  }, { order: 'at-once' });
});
const ok: HostResult = { outcome: 'exited', cause: 'exit', code: 0 };
const killed: HostResult = { outcome: 'cancelled', cause: 'cancelled' };
const lost: HostResult = { outcome: 'lost', cause: 'connection-lost' };

/** The owner dies right after it has appended such a record; what is answered brings the journal back to its ways. */
function diesAfter(stage: RuntimeStage, isIt: (record: JournalRecord) => boolean): () => void {
  const append = stage.journal.appendNow.bind(stage.journal);
  stage.journal.appendNow = (record) => {
    const answer = append(record);
    if (isIt(record)) stage.kill();
    return answer;
  };
  return () => { stage.journal.appendNow = append; };
}

async function ended(stage: RuntimeStage, action = 'action-1') {
  await stage.request(action);
  await stage.rest();
  return stage.view(action);
}

describe('Runtime', () => {
  it('takes an action from its acceptance to its end', async () => {
    const stage = new RuntimeStage();
    stage.action(twoSteps);
    expect(await ended(stage)).toMatchObject({ status: 'completed', hosts: [{ host: 'web-1', state: 'succeeded', version: 'v2' }, { host: 'web-2', state: 'succeeded', version: 'v2' }], unconfirmed_hosts: [], rolled_back: 'none' });
    const statuses = stage.records().flatMap((record) => (record.type === 'status' ? [record.to] : []));
    expect(statuses).toEqual(['queued', 'counting-down', 'running']);
    expect(stage.commands.map(({ host, step }) => `${host.name} ${step}`)).toEqual(['web-1 stop', 'web-2 stop', 'web-1 start', 'web-2 start']);
    expect(stage.documents.getNow('versions', 's/p/web-1')?.document).toMatchObject({ version: 'v2', action: 'action-1' });
    expect(await new LockTable(stage.documents).read()).toEqual({ holders: [], queue: [] });
    expect(stage.documents.getNow<{ projection: object }>('actions', 'action-1')?.document.projection).toMatchObject({ status: 'completed', ended: true });
  });

  it('takes no notice of an action that is requested again, before its end or after it', async () => {
    const stage = new RuntimeStage();
    stage.action(twoSteps);
    await Promise.all([stage.request('action-1'), stage.request('action-1')]);
    expect((await ended(stage)).status).toBe('completed');
    const records = stage.records();
    await ended(stage);
    expect(stage.records()).toEqual(records);
    expect(records.filter(({ type }) => type === 'claim')).toHaveLength(1);
    expect(stage.commands.map(({ host, step }) => `${host.name} ${step}`)).toEqual(['web-1 stop', 'web-2 stop', 'web-1 start', 'web-2 start']);
  });

  it('tells every fact once under an id that is its place', async () => {
    const stage = new RuntimeStage();
    stage.action(twoSteps);
    await ended(stage);
    const ids = stage.published.filter(({ topic }) => topic === topics.events.name).map(({ headers }) => headers.ce_id);
    expect(ids.length).toBeGreaterThan(10);
    expect([new Set(ids).size, ids.every((id) => /^action-1:\d+:\d+$/.test(id!))]).toEqual([ids.length, true]);
  });

  it('ends the same wherever the process dies, and sends no command under two ids', async () => {
    const whole = new RuntimeStage();
    whole.action(twoSteps);
    await ended(whole);
    const ids = new Set(whole.commands.map(({ command }) => command));
    for (let at = 0; at < whole.records().length; at += 1) {
      const stage = new RuntimeStage();
      stage.action(twoSteps);
      const append = stage.journal.appendNow.bind(stage.journal);
      stage.journal.appendNow = (record) => {
        const answer = append(record);
        if (record.seq === at && answer === 'appended') stage.kill();
        return answer;
      };
      stage.request('action-1').catch(() => undefined); // the process dies over it
      await stage.settled();
      await ended(stage); // it may die only here
      await ended(stage);
      expect([at, stage.view().status, new Set(stage.commands.map(({ command }) => command))]).toEqual([at, 'completed', ids]);
    }
  });

  it('journals what comes together together, and never has more unanswered than allowed', async () => {
    const hostNames = Array.from({ length: 1_000 }, (_, n) => `web-${n}`);
    const tenSteps = script(async ({ rollOut }) => {
      await rollOut(async (batch) => { for (let step = 0; step < 10; step += 1) await batch.run(`step ${step}`, sh`true`); }, { order: 'at-once' });
    });
    let unanswered = 0;
    let most = 0;
    const stage = new RuntimeStage({ answer: () => undefined });
    stage.action(tenSteps, { hostNames });
    await stage.request('action-1');
    await stage.rest(1_000);
    for (let answered = 0, looks = 0; answered < 10_000 && looks < 5_000; looks += 1) {
      await stage.settled();
      const open = stage.commands.slice(answered);
      unanswered = open.length;
      most = Math.max(most, unanswered);
      answered += open.length;
      await Promise.all(open.map((command) => stage.finished(command, ok)));
    }
    await stage.rest();
    const types = stage.records().map(({ type }) => type);
    expect(stage.view().status).toBe('completed');
    expect(most).toBeLessThanOrEqual(500);
    expect(types.filter((type) => type === 'schedule').length).toBeLessThan(100);
    expect(types.filter((type) => type === 'result').length).toBeLessThan(400);
  }, 300_000);

  it('completes only when every host provably succeeded', async () => {
    const stage = new RuntimeStage({ answer: ({ host }) => (host.name === 'web-2' ? { outcome: 'exited', cause: 'exit', code: 3 } : ok) });
    stage.action(twoSteps);
    expect(await ended(stage)).toMatchObject({ status: 'failed', hosts: [{ state: 'succeeded' }, { state: 'failed', step: 'stop' }] });
  });

  it('believes no result and no signal that is not signed by whom it should be', async () => {
    const stage = new RuntimeStage({ answer: () => undefined });
    stage.action(twoSteps);
    await stage.request('action-1');
    await stage.rest(1_000);
    const before = stage.records().length;
    const forged = { action: 'action-1', command: stage.commands[0]!.command, signed: stage.keyring.sign('grant', { action: 'action-1', command: stage.commands[0]!.command, result: ok }) };
    await stage.runtime.handle({ id: '', type: 'edge.command.finished.v1', source: '', time: '', correlationid: '', data: forged });
    await stage.runtime.handle({ id: '', type: 'edge.signal.sent.v1', source: '', time: '', correlationid: '', data: { action: 'action-1', signed: stage.keyring.sign('result', { action: 'action-1', signal: { id: 'x', name: 'cancel', by: 'x', at: '' } }) } });
    expect(stage.records().length).toBe(before);
  });
});

describe('Runtime, when outcomes are lost', () => {
  const once = (onLost: 'retry' | 'fail' | { verify: string }) => script(async ({ rollOut }) => {
    await rollOut(async (batch) => { await batch.run('act', verbatim('act'), { onLost }); }, { order: 'at-once' });
  });
  const first = (later: HostResult) => ({ attempt, key }: { attempt: number; key: string }) => (attempt === 1 && !key.endsWith('@verify') ? lost : later);

  it('tries again under another id where the step may run twice', async () => {
    const stage = new RuntimeStage({ answer: first(ok) });
    stage.action(once('retry'), { hostNames: ['web-1'] });
    expect((await ended(stage)).status).toBe('completed');
    expect([stage.commands.map(({ attempt }) => attempt), new Set(stage.commands.map(({ command }) => command)).size]).toEqual([[1, 2], 2]);
  });

  it('asks the host where the step says how', async () => {
    const done = new RuntimeStage({ answer: first(ok) });
    done.action(once({ verify: 'is it done' }), { hostNames: ['web-1'] });
    expect([(await ended(done)).status, done.commands.map(({ text }) => text.split('; ').at(-1))]).toEqual(['completed', ['act', 'is it done']]);
    const undone = new RuntimeStage({ answer: first({ outcome: 'exited', cause: 'exit', code: 1 }) });
    undone.action(once({ verify: 'is it done' }), { hostNames: ['web-1'] });
    expect((await ended(undone)).status).toBe('failed');
  });

  it('fails the host otherwise, and lists it', async () => {
    const stage = new RuntimeStage({ answer: () => lost });
    stage.action(once('fail'), { hostNames: ['web-1'] });
    expect(await ended(stage)).toMatchObject({ status: 'failed', unconfirmed_hosts: ['web-1'], hosts: [{ state: 'unconfirmed' }] });
    expect(stage.commands).toHaveLength(1);
  });

  it('sends what nobody speaks of again under the same id, and gives it up in the end', async () => {
    const stage = new RuntimeStage({ answer: () => undefined });
    stage.action(once('fail'), { hostNames: ['web-1'] });
    await stage.request('action-1');
    await stage.rest(100_000);
    expect(stage.commands.length).toBeGreaterThan(1);
    expect(new Set(stage.commands.map(({ command }) => command)).size).toBe(1);
    await stage.rest(3_600_000);
    expect(stage.view()).toMatchObject({ status: 'failed', unconfirmed_hosts: ['web-1'] });
  });
});

describe('Runtime, cancelled', () => {
  it('contacts no host when that happens during the countdown', async () => {
    const stage = new RuntimeStage();
    stage.action(twoSteps, { countdownSeconds: 10 });
    await stage.request('action-1');
    await stage.rest(5_000);
    expect(stage.view()).toMatchObject({ status: 'counting-down', starts_at: expect.any(String) });
    await stage.signal('action-1', { name: 'cancel', reason: 'no' });
    await stage.rest();
    expect([stage.view().status, stage.view().why, stage.commands]).toEqual(['cancelled', 'cancel by ben: no', []]);
  });

  it('ends what runs, begins nothing more, cleans up and says what it could not prove', async () => {
    const stage = new RuntimeStage({ answer: ({ step }) => (step === 'tidy' ? ok : undefined) });
    stage.action(withCleanUp);
    await stage.request('action-1');
    await stage.rest(1_000);
    await stage.signal('action-1', { name: 'cancel' });
    expect(stage.view().status).toBe('cancelling');
    expect(stage.cancelled).toEqual(stage.commands.map(({ command }) => command));
    await stage.finished(stage.commands[0]!, { outcome: 'cancelled', cause: 'cancel-unconfirmed' });
    await stage.finished(stage.commands[1]!, killed);
    await stage.rest();
    expect(stage.view()).toMatchObject({ status: 'cancelled', unconfirmed_hosts: ['web-1'] });
    expect(stage.commands.map(({ step }) => step)).toEqual(['work', 'work', 'tidy', 'tidy']);
  });

  it('waits no longer than the clean-up budget', async () => {
    const stage = new RuntimeStage({ answer: () => undefined, limits: { cleanUpMs: 60_000 } });
    stage.action(withCleanUp);
    await stage.request('action-1');
    await stage.rest(1_000);
    const before = stage.scheduler.now;
    await stage.signal('action-1', { name: 'cancel' });
    await stage.rest();
    expect(stage.view()).toMatchObject({ status: 'cancelled', unconfirmed_hosts: ['web-1', 'web-2'] });
    expect(stage.scheduler.now - before).toBeLessThan(90_000);
  });

  it('goes on with its clean-up when it dies in the middle of that', async () => {
    const stage = new RuntimeStage({ answer: ({ step }) => (step === 'tidy' ? ok : undefined) });
    stage.action(withCleanUp);
    await stage.request('action-1');
    await stage.rest(1_000);
    const again = diesAfter(stage, (record) => record.type === 'schedule' && record.steps.some((step) => step.kind === 'exec' && step.step === 'tidy') && stage.commands.every(({ step }) => step !== 'tidy'));
    stage.signal('action-1', { name: 'cancel' }).catch(() => undefined); // it dies over it
    await stage.rest(1_000);
    for (const command of stage.commands.filter(({ step }) => step === 'work')) stage.finished(command, killed).catch(() => undefined);
    await stage.rest(1_000);
    again();
    await stage.request('action-1');
    await stage.rest();
    expect(stage.view().status).toBe('cancelled');
    expect(new Set(stage.commands.filter(({ step }) => step === 'tidy').map(({ host }) => host.name))).toEqual(new Set(['web-1', 'web-2']));
  });

  it('hears what became of a command that an earlier owner sent, when it dies over the cancellation', async () => {
    const stage = new RuntimeStage({ answer: () => undefined });
    stage.action(script(async ({ rollOut }) => { await rollOut(async (batch) => { await batch.run('stop', verbatim('stop it')); }, { order: 'at-once' }); }));
    await stage.request('action-1');
    await stage.rest(1_000);
    const again = diesAfter(stage, ({ type }) => type === 'signal');
    stage.signal('action-1', { name: 'cancel' }).catch(() => undefined); // it dies over it
    await stage.rest(1_000);
    again();
    await stage.request('action-1');
    await stage.rest(1_000);
    for (const command of stage.commands) await stage.finished(command, ok);
    await stage.rest();
    expect([stage.view().status, stage.view().hosts.map(({ result }) => result?.outcome)]).toEqual(['cancelled', ['exited', 'exited']]);
  });

  it('does not say that a command was never sent when an attempt before is lost', async () => {
    const stage = new RuntimeStage({ answer: ({ host }) => (host.name === 'web-1' ? lost : undefined), limits: { unanswered: 1 } });
    stage.action(script(async ({ rollOut }) => { await rollOut(async (batch) => { await batch.run('stop', verbatim('stop it'), { onLost: 'retry' }); }, { order: 'at-once' }); }));
    await stage.request('action-1');
    await stage.rest(1_000);
    await stage.signal('action-1', { name: 'cancel' });
    await stage.finished(stage.commands.find(({ host }) => host.name === 'web-2')!, killed);
    await stage.rest();
    expect([stage.commands.length, stage.view().hosts.map(({ result }) => result?.outcome)]).toEqual([2, ['lost', 'cancelled']]);
  });

  it('says of every host that its clean-up did not come to in time that it is in doubt', async () => {
    const stage = new RuntimeStage({ answer: ({ step }) => (step === 'stop' ? ok : undefined), limits: { cleanUpMs: 60_000 } });
    stage.action(twoSteps);
    await stage.request('action-1');
    await stage.rest(1_000);
    await stage.signal('action-1', { name: 'cancel' });
    await stage.finished(stage.commands.find(({ host, step }) => host.name === 'web-1' && step === 'start')!, killed);
    await stage.rest();
    expect(stage.view()).toMatchObject({ status: 'cancelled', unconfirmed_hosts: ['web-2', 'web-1'], hosts: [{ state: 'unconfirmed' }, { state: 'unconfirmed' }] });
  });

  it('keeps a cancellation that it had only noted when it died', async () => {
    const stage = new RuntimeStage({ answer: () => undefined });
    stage.action(withCleanUp);
    await stage.request('action-1');
    await stage.rest(1_000);
    diesAfter(stage, ({ type }) => type === 'signal');
    stage.signal('action-1', { name: 'cancel' }).catch(() => undefined); // the process dies over it
    await stage.settled();
    await stage.request('action-1');
    await stage.settled();
    expect(stage.view().status).toBe('cancelling');
  });
});

describe('Runtime, held back', () => {
  it('holds an action whose start a freeze forbids, says why, and starts it when that is over, also after a restart', async () => {
    const stage = new RuntimeStage();
    stage.action(twoSteps, { countdownSeconds: 10 });
    stage.hindrance = { why: 'Freeze "night" is in force.', untilMs: stage.clock.now() + 600_000 };
    await stage.request('action-1');
    await stage.rest(60_000);
    expect(stage.view()).toMatchObject({ status: 'queued', waiting_for: 'Freeze "night" is in force.' });
    expect([stage.commands.length, (await new LockTable(stage.documents).read()).holders.length]).toEqual([0, 1]);
    stage.kill();
    await stage.request('action-1');
    await stage.rest(60_000);
    stage.hindrance = undefined;
    await stage.rest(600_000);
    expect(stage.view().status).toBe('completed');
    expect(stage.records().flatMap((record) => (record.type === 'status' ? [record.to] : []))).toEqual(['queued', 'counting-down', 'queued', 'counting-down', 'running']);
  });

  it('gives up when the freeze outlasts the time in which it was to start, and at once when it never may', async () => {
    const stage = new RuntimeStage();
    stage.action(twoSteps, { startWithinMs: 300_000 });
    stage.hindrance = { why: 'Freeze "year-end" is in force.', untilMs: stage.clock.now() + 86_400_000 };
    await stage.request('action-1');
    await stage.rest(400_000);
    expect(stage.view()).toMatchObject({ status: 'cancelled', why: 'not started in time' });
    const refused = new RuntimeStage();
    refused.action(twoSteps);
    refused.hindrance = { why: 'Its grant is not signed by a known gateway.' };
    expect([await ended(refused), refused.commands]).toMatchObject([{ status: 'cancelled', why: 'Its grant is not signed by a known gateway.' }, []]);
  });

  it('begins nothing while it is paused, journals what comes, and goes on', async () => {
    const stage = new RuntimeStage({ answer: () => undefined });
    stage.action(twoSteps, { hostNames: ['web-1'] });
    await stage.request('action-1');
    await stage.rest(1_000);
    await stage.signal('action-1', { name: 'pause' });
    await stage.finished(stage.commands[0]!, ok);
    await stage.rest(10_000);
    expect([stage.view().status, stage.commands.length, stage.records().at(-1)!.type]).toEqual(['paused', 1, 'result']);
    await stage.signal('action-1', { name: 'resume' });
    await stage.rest(1_000);
    expect([stage.view().status, stage.commands.map(({ step }) => step)]).toEqual(['running', ['stop', 'start']]);
  });

  it('blocks when its script is not in the store, keeps its locks, and can be resumed or cancelled', async () => {
    const stage = new RuntimeStage();
    stage.action(twoSteps);
    const bundle = stage.bundles.get('sha')!;
    stage.bundles.clear();
    await stage.request('action-1');
    await stage.rest(1_000);
    expect([stage.view().status, (await new LockTable(stage.documents).read()).holders.length]).toEqual(['blocked', 1]);
    stage.bundles.set('sha', bundle);
    await stage.signal('action-1', { name: 'resume' });
    await stage.rest();
    expect(stage.view().status).toBe('completed');
  });

  it('blocks when the grant ends, and goes on with a renewed one', async () => {
    const stage = new RuntimeStage();
    const document = stage.action(script(async ({ approval, rollOut }) => {
      await approval('Go on?');
      await rollOut(async (batch) => { await batch.run('act', sh`true`); }, { order: 'at-once' });
    }));
    await stage.request('action-1');
    await stage.rest(8 * 86_400_000);
    expect(stage.view()).toMatchObject({ status: 'blocked', why: expect.stringContaining('grant') });
    const grant: Grant = { ...(JSON.parse(document.grant.payload) as Grant), expiresAt: new Date(stage.scheduler.now + 86_400_000).toISOString() };
    await stage.signal('action-1', { name: 'renew', payload: { grant: { ...stage.keyring.sign('grant', grant) } } });
    await stage.settled();
    expect(stage.view()).toMatchObject({ status: 'waiting', waiting_for: 'Go on?' });
    await stage.signal('action-1', { name: 'approve' });
    await stage.rest();
    expect(stage.view().status).toBe('completed');
  }, 300_000);

  it('waits for a second person before anything else', async () => {
    const stage = new RuntimeStage();
    stage.action(twoSteps, { needsApproval: true, approvalReason: 'approval' });
    await stage.request('action-1');
    await stage.rest(60_000);
    expect([stage.view().status, stage.view().waiting_for]).toEqual(['waiting', 'approval']);
    await stage.signal('action-1', { name: 'approve' });
    await stage.rest();
    expect(stage.view().status).toBe('completed');
  });

  it('ends an action that nobody approves in time, also where it was paused meanwhile or taken over', async () => {
    for (const disturb of [async () => undefined, (stage: RuntimeStage) => stage.signal('action-1', { name: 'pause' }), async (stage: RuntimeStage) => stage.kill()]) {
      const stage = new RuntimeStage({ limits: { approvalMs: 120_000 } });
      stage.action(twoSteps, { needsApproval: true, approvalReason: 'approval' });
      await stage.request('action-1');
      await stage.rest(60_000);
      await disturb(stage);
      await stage.request('action-1');
      await stage.rest(50_000);
      expect(['waiting', 'paused']).toContain(stage.view().status);
      await stage.rest(20_000);
      expect([stage.view().status, stage.view().why, stage.commands]).toEqual(['cancelled', 'not approved in time', []]);
    }
  });

  it('warns once of very many steps', async () => {
    const stage = new RuntimeStage({ limits: { warnResults: 20 } });
    stage.action(script(async ({ now }) => { for (let n = 0; n < 60; n += 1) await now(); }));
    await stage.request('action-1');
    await stage.rest(60_000);
    expect(stage.notes.filter((text) => text === 'an action has very many step results')).toHaveLength(1);
  });

  it('goes on with the script that it began with after another was put in its place', async () => {
    const stage = new RuntimeStage({ answer: () => undefined });
    const edition = (name: string) => script(async ({ rollOut }) => { await rollOut(async (batch) => { for (const step of ['one', 'two']) await batch.run(step, verbatim(`${name} ${step}`)); }, { order: 'at-once' }); });
    stage.action(edition('old'), { hostNames: ['web-1'] });
    await stage.request('action-1');
    await stage.rest(1_000);
    stage.bundles.set('newer', stage.scripts.add('newer', edition('new')));
    stage.kill();
    await stage.request('action-1');
    await stage.rest(1_000);
    for (let n = 0; n < 2; n += 1) {
      await stage.finished(stage.commands.at(-1)!, ok);
      await stage.rest(1_000);
    }
    expect([stage.view().status, stage.commands.map(({ text }) => text.split('; ').at(-1))]).toEqual(['completed', ['old one', 'old one', 'old two']]);
  });

  it('asks the journal whether an action is still its own before something lasting is changed', async () => {
    const answers: boolean[] = [];
    const stage = new RuntimeStage({ deps: { effects: { perform: async (_action, _call, owned) => {
      answers.push(await owned!());
      stage.scheduler.now += 10_000;
      answers.push(await owned!());
      stage.journal.appendNow({ ...stage.records().at(-1)!, seq: stage.records().length, writer: 'another' });
      answers.push(await owned!());
      return { status: 200, body: '' };
    } } } });
    stage.action(script(async ({ http }) => { await http({ url: 'http://files/x' }); }));
    stage.request('action-1').catch(() => undefined); // another has it now
    await stage.rest(1_000);
    expect(answers).toEqual([true, true, false]);
  });

  it('holds an action that asks for more steps than allowed', async () => {
    const stage = new RuntimeStage({ limits: { maxResults: 20 } });
    stage.action(script(async ({ now }) => { for (let n = 0; n < 1_000; n += 1) await now(); }));
    await stage.request('action-1');
    await stage.rest(60_000);
    expect(stage.view()).toMatchObject({ status: 'blocked', why: expect.stringContaining('20 step results') });
  });

  it('queues behind who holds its hosts, and ends what could not start in time', async () => {
    const stage = new RuntimeStage({ answer: ({ action }) => (action === 'action-1' ? undefined : ok) });
    stage.action(twoSteps);
    stage.action(twoSteps, { id: 'action-2', project: 'q', hostNames: ['web-2'] });
    stage.action(twoSteps, { id: 'action-3', project: 'r', hostNames: ['web-1'], startWithinMs: 30_000 });
    for (const id of ['action-1', 'action-2', 'action-3']) await stage.request(id);
    await stage.rest(60_000);
    expect(['action-1', 'action-2', 'action-3'].map((id) => stage.view(id).status)).toEqual(['running', 'queued', 'cancelled']);
    await stage.signal('action-1', { name: 'cancel' });
    for (const command of stage.commands.filter(({ action }) => action === 'action-1')) await stage.finished(command, killed);
    await stage.rest();
    expect([stage.view('action-1').status, stage.view('action-2').status]).toEqual(['cancelled', 'completed']);
  });
});
