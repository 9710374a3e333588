import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@edge/testing/engines';
import { CanaryService } from './canary-service.js';
import { missingPrograms, skipped } from './missing-programs.js';
import { type ActionView, type Layout, RolloutRig } from './rollout-rig.js';

const missing = await missingPrograms();
const suite = missing.length === 0 ? describe : describe.skip;
const four = ['web-1', 'web-2', 'web-3', 'web-4'];
/** Stages 25, 50 and 100 %: two verdicts. */
const layout: Layout = { north: { web: { hosts: four, inpool_threshold: 50 } } };
const isWaiting = ({ status }: ActionView) => status === 'waiting';

suite(`a canary whose verdict comes by callback${skipped(missing)}`, () => {
  let rig: RolloutRig;
  let canary: CanaryService;

  beforeAll(async () => {
    canary = await CanaryService.start();
    rig = await RolloutRig.start(layout, 'site-1', { config: { is_canary: true }, platform: { canary: { schedule_api: canary.url } }, env: { EDGE_PORT: String(await freePort()) } });
  }, 60_000);
  afterAll(async () => {
    canary.stop();
    await rig.stop();
  }, 30_000);
  beforeEach(() => {
    canary.asked.length = 0;
    canary.answer = { status: 200, body: { success: true, link: 'http://canary.example/1' } };
    canary.meanwhile = async () => undefined;
  });

  /** Waits until the analysis of a stage was ordered and its verdict is waited for. */
  async function ordered(action: string, stage: number) {
    const view = await rig.until(action, (seen) => isWaiting(seen) && canary.asked.some((analysis) => analysis.stage === stage));
    const analysis = canary.asked.find((each) => each.stage === stage);
    if (!analysis) throw new Error(`No analysis of stage ${stage} was ordered: ${JSON.stringify(view)}`);
    return analysis;
  }
  const statesOf = (view: ActionView) => Object.fromEntries(view.hosts.map(({ host, state }) => [host, state]));

  it('goes on stage by stage, also when Edge is killed and started again between order and callback', async () => {
    const action = await rig.begin('site-2');
    const first = await ordered(action, 1);
    expect(first).toMatchObject({ ccrid: action, datacenter: 'north', staggered_status: '25%', verf_server: 'web-1', prod_server: 'web-2' });
    expect(await rig.versions()).toEqual({ 'site-1': 3, 'site-2': 1 });
    await rig.edge.end('SIGKILL');
    await rig.edge.start();
    await rig.until(action, isWaiting);
    expect((await canary.say(first, { verdict: 'positive' })).status).toBe(200);
    const second = await ordered(action, 2);
    expect(second).toMatchObject({ staggered_status: '50%', verf_server: 'web-1,web-2', prod_server: 'web-3,web-4' });
    expect(await rig.versions()).toEqual({ 'site-1': 2, 'site-2': 2 });
    expect(await canary.say(second, { task_id: action, zone: 'NORTH', task_status: true })).toMatchObject({ status: 200, body: { signal: 'verdict' } });
    expect((await rig.ended(action)).status).toBe('completed');
    expect(canary.asked.map(({ stage }) => stage)).toEqual([1, 2]);
    expect(four.map((host) => rig.fleet.runs(host).filter((line) => line.endsWith(action)).length)).toEqual([2, 2, 2, 2]);
  }, 120_000);

  it('hears a verdict once: the same again does nothing more, another one and a late one are refused', async () => {
    const action = await rig.begin('site-3');
    const analysis = await ordered(action, 1);
    const said = await Promise.all([1, 2, 3].map(() => canary.say(analysis, { verdict: 'negative', reason: 'too many errors' })));
    expect(said.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(said.map(({ body }) => body['id'])).size).toBe(1);
    const view = await rig.ended(action);
    expect([view.status, statesOf(view)]).toEqual(['failed', { 'web-1': 'failed', 'web-2': 'skipped', 'web-3': 'skipped', 'web-4': 'skipped' }]);
    expect(view.hosts[0]!.why).toContain('too many errors');
    expect(await rig.versions()).toEqual({ 'site-2': 3, 'site-3': 1 });
    expect(await canary.say(analysis, { verdict: 'negative' })).toMatchObject({ status: 200, body: { duplicate: true } });
    expect(await canary.say(analysis, { verdict: 'positive' })).toMatchObject({ status: 409, body: { code: 'too-late' } });
    expect(await canary.say({ ...analysis, verdict_url: `${analysis.verdict_url}x` }, { verdict: 'positive' })).toMatchObject({ status: 404 });
  }, 120_000);

  it('refuses what is no verdict, and what is for another zone, with the field and what to do', async () => {
    const action = await rig.begin('site-4');
    const analysis = await ordered(action, 1);
    expect(await canary.say(analysis, {})).toMatchObject({ status: 422, body: { errors: [{ pointer: '/verdict' }] } });
    expect(await canary.say(analysis, { verdict: 'splendid' })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/verdict' }] } });
    expect(await canary.say(analysis, { verdict: 'positive', zone: 'south' })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/zone', remedy: 'Leave "zone" out.' }] } });
    await rig.edge.client().post(`/api/v1/actions/${action}/cancel`, { reason: 'enough' });
    expect((await rig.ended(action)).status).toBe('cancelled');
    expect(await canary.say(analysis, { verdict: 'positive' })).toMatchObject({ status: 409, body: { code: 'too-late' } });
  }, 120_000);

  it('takes a verdict that comes while the order is still being answered', async () => {
    canary.meanwhile = async (analysis) => { await canary.say(analysis, { verdict: 'positive' }); };
    const action = await rig.begin('site-5');
    expect((await rig.ended(action)).status).toBe('completed');
    expect(await rig.versions()).toEqual({ 'site-5': 4 });
  }, 120_000);

  it('rolls only the changed hosts back after a negative verdict, to the version each had, if the project asks', async () => {
    await rig.configure({ canary_rollback: true });
    const action = await rig.begin('site-6');
    await canary.say(await ordered(action, 1), { verdict: 'positive' });
    await canary.say(await ordered(action, 2), { verdict: 'negative' });
    const view = await rig.ended(action);
    expect([view.status, view.rolled_back]).toEqual(['failed', 'all']);
    expect([await rig.versions(), await rig.out()]).toEqual([{ 'site-5': 4 }, {}]);
    expect(four.map((host) => rig.fleet.runs(host).filter((line) => line.endsWith(action)).length)).toEqual([4, 4, 0, 0]);
    await rig.configure({ canary_rollback: false });
  }, 120_000);

  it('takes no verdict in time for a negative one', async () => {
    await rig.configure({ canary_timeout: '2s' });
    const action = await rig.begin('site-7');
    const view = await rig.ended(action);
    expect([view.status, statesOf(view)['web-4']]).toEqual(['failed', 'skipped']);
    expect(view.hosts[0]!.why).toContain('no verdict came in time');
    await rig.configure({ canary_timeout: '24h' });
  }, 120_000);

  it('stops where the service does not know the project, unless the project may go on without', async () => {
    canary.answer = { status: 200, body: { success: false, code: 111, message: 'This project has no canary.' } };
    const stopped = await rig.ended(await rig.begin('site-8'));
    expect(stopped.status).toBe('failed');
    expect(stopped.messages.map(({ text }) => text).join(' ')).toContain('This project has no canary. Set "canary_optional"');
    await rig.configure({ canary_optional: true });
    const passed = await rig.ended(await rig.begin('site-9'));
    expect(passed.status).toBe('completed');
    expect(passed.messages.filter(({ text }) => text.includes('passes without a verdict'))).toHaveLength(2);
    await rig.configure({ canary_optional: false });
  }, 120_000);

  it('stops where the service cannot be had', async () => {
    canary.answer = { status: 503, body: { message: 'down for repair' } };
    const view = await rig.ended(await rig.begin('site-10'));
    expect([view.status, statesOf(view)]).toEqual(['failed', { 'web-1': 'succeeded', 'web-2': 'skipped', 'web-3': 'skipped', 'web-4': 'skipped' }]);
    expect(view.messages.map(({ text }) => text).join(' ')).toContain('down for repair');
  }, 120_000);
});
