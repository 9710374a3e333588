import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { missingPrograms, skipped } from './missing-programs.js';
import { type ActionView, RolloutRig } from './rollout-rig.js';

const missing = await missingPrograms();
const suite = missing.length === 0 ? describe : describe.skip;
const four = ['web-1', 'web-2', 'web-3', 'web-4'];
const batch = ['web-1', 'web-2'];
const asBefore = { 'site-1': 4 };

suite(`a rollout that is paused, cancelled or killed in the middle of a batch${skipped(missing)}`, () => {
  let rig: RolloutRig;
  /** What the service of alerts was asked. */
  const alerts: string[] = [];
  const service = createServer((request, response) => {
    alerts.push(request.url ?? '');
    response.end();
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => { service.listen(0, '127.0.0.1', resolve); });
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    rig = await RolloutRig.start({ north: { web: { hosts: four, inpool_threshold: 50 } } }, 'site-1', { config: { is_staggered: false, custom_install_cmd: 'sh app/install', alerts_off_url: `${url}/off`, alerts_on_url: `${url}/on` } });
  }, 60_000);
  afterAll(async () => {
    await rig.stop();
    service.close();
    service.closeAllConnections();
  }, 30_000);
  beforeEach(() => { alerts.length = 0; });

  /** Begins a deploy that comes to a step and not beyond, on both hosts of its first batch. */
  async function heldAt(step: 'stop' | 'install', version: string): Promise<string> {
    for (const host of batch) await rig.fleet.hold(host, step, 'held');
    const action = await rig.begin(version);
    const name = step === 'stop' ? 'stop' : 'custom command';
    await rig.until(action, ({ hosts }) => hosts.filter((host) => batch.includes(host.host)).every((host) => host.step === name));
    await untilDown();
    return action;
  }
  async function untilDown(): Promise<void> {
    while ((await Promise.all(batch.map((host) => rig.fleet.running(host)))).some((version) => version !== undefined)) await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  const free = async (step: 'stop' | 'install') => { for (const host of batch) await rig.fleet.hold(host, step, 'free'); };
  const ran = (host: string, action: string) => rig.fleet.runs(host).filter((line) => line.endsWith(action));
  const host = ({ hosts }: ActionView, name: string) => hosts.find((each) => each.host === name)!;

  it('begins nothing more while it is paused, and ends as if nothing had been when it is resumed', async () => {
    const action = await heldAt('install', 'site-2');
    await rig.signal(action, 'pause');
    await rig.until(action, ({ status }) => status === 'paused');
    await free('install');
    await new Promise((resolve) => { setTimeout(resolve, 1_500); });
    expect([batch.map((name) => ran(name, action)), await rig.out(), (await rig.view(action)).status]).toEqual([batch.map(() => [`stop ${action}`]), { 'north/web': batch }, 'paused']);
    await rig.signal(action, 'resume');
    expect([(await rig.ended(action)).status, await rig.versions(), await rig.out()]).toEqual(['completed', { 'site-2': 4 }, {}]);
    expect(four.map((name) => ran(name, action))).toEqual(four.map(() => [`stop ${action}`, `start site-2 ${action}`]));
    expect((await rig.ended(await rig.begin('site-1'))).status).toBe('completed');
  }, 120_000);

  it('leaves hosts and pools as they were when it is cancelled while applications stop', async () => {
    const action = await heldAt('stop', 'site-3');
    await rig.signal(action, 'cancel');
    const view = await rig.ended(action);
    await free('stop');
    expect([view.status, await rig.versions(), await rig.out()]).toEqual(['cancelled', asBefore, {}]);
    expect(four.map((name) => ran(name, action))).toEqual([...batch.map(() => [`stop ${action}`, `start site-1 ${action}`]), [], []]);
    expect(alerts).toEqual(['/off', '/on']);
  }, 120_000);

  it('does so, too, when it was killed in between and is cancelled after its start', async () => {
    const action = await heldAt('stop', 'site-4');
    await rig.edge.end('SIGKILL');
    await rig.edge.start();
    await rig.signal(action, 'cancel');
    const view = await rig.ended(action);
    await free('stop');
    expect([view.status, await rig.versions(), await rig.out()]).toEqual(['cancelled', asBefore, {}]);
    expect(four.map((name) => ran(name, action))).toEqual([...batch.map(() => [`stop ${action}`, `start site-1 ${action}`]), [], []]);
    expect(alerts.at(-1)).toBe('/on');
  }, 120_000);

  it('says loudly which hosts are down when it is cancelled in the middle of their installation, and the next deploy mends them', async () => {
    const action = await heldAt('install', 'site-5');
    await rig.signal(action, 'cancel');
    const view = await rig.ended(action);
    await free('install');
    expect([view.status, await rig.out()]).toEqual(['cancelled', { 'north/web': batch }]);
    expect(view.why).toContain('web-1: Its application is down');
    for (const name of batch) expect(host(view, name)).toMatchObject({ state: 'failed', why: expect.stringContaining('Run the action again on this host, or roll it back.') });
    expect(alerts).toEqual(['/off', '/on']);
    expect([(await rig.ended(await rig.begin('site-6'))).status, await rig.versions(), await rig.out()]).toEqual(['completed', { 'site-6': 4 }, {}]);
  }, 120_000);

  it('switches alerts on again also when a host failed', async () => {
    await rig.fleet.sick('web-1', 'sick');
    expect((await rig.ended(await rig.begin('site-7'))).status).toBe('failed');
    expect(alerts).toEqual(['/off', '/on']);
    await rig.fleet.sick('web-1', 'well');
  }, 120_000);
});
