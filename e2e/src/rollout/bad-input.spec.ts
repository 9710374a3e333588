import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { missingPrograms, skipped } from './missing-programs.js';
import { RolloutRig } from './rollout-rig.js';

const missing = await missingPrograms();
const suite = missing.length === 0 ? describe : describe.skip;
const two = ['web-1', 'web-2'];
const pools = (threshold: number, name = 'web') => ({ pool_info: { north: [{ pool_name: name, inpool_threshold: threshold }] } });

suite(`what a rollout is refused for${skipped(missing)}`, () => {
  let rig: RolloutRig;

  beforeAll(async () => {
    rig = await RolloutRig.start({ north: { web: { hosts: two, inpool_threshold: 50 } } }, 'site-1');
    await rig.edge.client().post('/api/v1/apply', { documents: rig.fleet.documents(() => ({ zone: 'north', pools: ['web', 'ghost'], spaces: ['web'] })) });
  }, 60_000);
  afterAll(() => rig.stop(), 30_000);

  async function refusal(path: string, body: object) {
    const { url, token } = rig.edge.address();
    const answer = await fetch(new URL(path, url), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const { errors = [] } = (await answer.json()) as { errors?: { pointer: string; detail: string; remedy?: string }[] };
    return { status: answer.status, errors };
  }

  it.each<[string, string, object, string]>([
    ['stages that fall', 'deploy', { config: { staggered_batch: [50, 10, 100] } }, '/staggered_batch'],
    ['an empty list of stages', 'deploy', { config: { staggered_batch: [] } }, '/staggered_batch'],
    ['a threshold above a hundred', 'deploy', { config: pools(130) }, '/pool_info/north/0/inpool_threshold'],
    ['a host that the project does not have', 'deploy', { servers: ['web-9'] }, '/servers/0'],
    ['a zone left out of the order', 'deploy', { zones: ['south'] }, '/zones'],
  ])('refuses %s at the plan and at the start, with pointer and remedy', async (_name, type, body, pointer) => {
    for (const path of [`/api/v1/spaces/web/projects/site/plan/${type}`, `/space/web/site/${type}/`]) {
      const { status, errors } = await refusal(path, body);
      expect([path, status, errors.map((error) => error.pointer)]).toEqual([path, 422, expect.arrayContaining([expect.stringContaining(pointer)])]);
      expect(errors.find((error) => error.pointer.includes(pointer))!.remedy ?? JSON.stringify(errors)).toMatch(/\w/);
    }
  });

  it('refuses a type that the script does not have', async () => {
    for (const path of ['/api/v1/spaces/web/projects/site/plan/fly', '/space/web/site/fly/']) expect((await refusal(path, {})).status).toBe(422);
  });

  it.each<[string, object, string, string]>([
    ['a pool that the load balancer does not know', pools(50, 'ghost'), '/load_balancer', 'ghost'],
    ['a threshold that leaves no room', pools(100), '/pool_info/north/0/inpool_threshold', 'lets none of its 2 members out'],
  ])('says at the plan and refuses at the start %s, and touches nothing', async (_name, config, pointer, detail) => {
    const plan = await rig.edge.client().post<{ findings: { pointer: string; detail: string; remedy: string }[] }>('/api/v1/spaces/web/projects/site/plan/deploy', { config });
    const answer = await refusal('/space/web/site/deploy/', { config });
    expect(answer.status).toBe(422);
    for (const findings of [plan.findings, answer.errors]) expect(findings).toContainEqual(expect.objectContaining({ pointer, detail: expect.stringContaining(detail), remedy: expect.stringMatching(/\w/) }));
    expect([await rig.versions(), await rig.out(), two.map((host) => rig.fleet.runs(host).length)]).toEqual([{ 'site-1': 2 }, {}, [1, 1]]);
  }, 60_000);

  it('refuses a start while nobody can say who is in its pools; members that are out at the moment are waited for', async () => {
    await rig.balancer.takeOut({ zone: 'north', name: 'web' }, { host: 'web-2' });
    expect((await refusal('/space/web/site/deploy/', { countdown: '10m' })).status).toBe(202);
    await rig.balancer.putBack({ zone: 'north', name: 'web' }, { host: 'web-2' });
    await rig.loseBalancer();
    expect(await refusal('/space/web/site/deploy/', { allow_duplicate: true })).toMatchObject({ status: 422, errors: expect.arrayContaining([expect.objectContaining({ pointer: '/load_balancer' })]) });
    const listed = await rig.edge.client().get<{ items: { host: string }[]; findings: object[] }>('/api/v1/spaces/web/projects/site/hosts');
    expect([listed.items.map(({ host }) => host), listed.findings]).toEqual([two, [expect.objectContaining({ level: 'warning', detail: expect.stringMatching(/^Pool web of zone north cannot be read: /) })]]);
  }, 60_000);
});
