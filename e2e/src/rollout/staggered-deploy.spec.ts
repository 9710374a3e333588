import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { missingPrograms, skipped } from './missing-programs.js';
import { RolloutRig } from './rollout-rig.js';
import { thirtyHosts } from './thirty-hosts.js';

const missing = await missingPrograms();
const suite = missing.length === 0 ? describe : describe.skip;
const south = { zone: 'south', name: 'web' };

suite(`a staggered deploy to 30 sshd hosts behind a real HAProxy${skipped(missing)}`, () => {
  let rig: RolloutRig;

  beforeAll(async () => {
    rig = await RolloutRig.start(thirtyHosts, 'web-1');
  }, 120_000);
  afterAll(() => rig.stop(), 30_000);

  it('fails no request, and never has more hosts out than the thresholds allow', async () => {
    const { view, watched, requests } = await rig.deploy('web-2');
    expect([view.status, requests.failed, watched.broken]).toEqual(['completed', [], []]);
    expect(requests.asked).toBeGreaterThan(200);
    for (const { zone, name, mustServe } of rig.floors()) expect(watched.least[`${zone}/${name}`]).toBeGreaterThanOrEqual(mustServe);
    expect([await rig.versions(), await rig.out()]).toEqual([{ 'web-2': 30 }, {}]);
    expect(rig.hosts.map((host) => rig.fleet.runs(host).length)).toEqual(rig.hosts.map(() => 3));
  }, 240_000);

  it('keeps a host out that fails its health check, stops its zone there, and still fails no request', async () => {
    await rig.fleet.sick('north-03', 'sick');
    const { view, watched, requests } = await rig.deploy('web-3');
    expect([view.status, requests.failed, watched.broken]).toEqual(['failed', [], []]);
    expect(view.hosts.filter(({ state }) => state === 'failed').map(({ host }) => host)).toEqual(['north-03']);
    expect(await rig.out()).toEqual({ 'north/web': ['north-03'] });
    expect(view.hosts.filter(({ host, state }) => host.startsWith('south') && state === 'succeeded')).toHaveLength(14);
    expect(view.hosts.filter(({ host, state }) => host.startsWith('north') && state === 'skipped').length).toBeGreaterThan(8);
  }, 240_000);

  it('takes back in what an action before left out; an operator meanwhile loses nothing to it', async () => {
    await rig.fleet.sick('north-03', 'well');
    const byHand = new Set(['south-13', 'south-14']);
    const { view, watched, requests } = await rig.deploy('web-4', {
      byHand,
      work: async (action) => {
        await rig.until(action, ({ status }) => status === 'running');
        for (const host of byHand) await rig.balancer.takeOut(south, { host });
      },
    });
    expect([view.status, requests.failed, watched.broken]).toEqual(['completed', [], []]);
    expect(await rig.out()).toEqual({ 'south/web': ['south-13', 'south-14'] });
    expect(await rig.versions()).toEqual({ 'web-4': 30 });
    const { zones, findings } = await rig.edge.client().get<{ zones: { zone: string; hosts: { host: string; version: string; members: { pool: string; state: string }[] }[] }[]; findings: object[] }>('/api/v1/spaces/web/projects/site/hosts');
    const members = zones.find(({ zone }) => zone === 'south')!.hosts.map(({ host, version, members: [member] }) => [host, version, member?.state]);
    expect([members.filter(([, , state]) => state !== 'in'), members.length, findings]).toEqual([[['south-13', 'web-4.tar.gz', 'out'], ['south-14', 'web-4.tar.gz', 'out']], 14, []]);
    for (const host of byHand) await rig.balancer.putBack(south, { host });
  }, 240_000);
});
