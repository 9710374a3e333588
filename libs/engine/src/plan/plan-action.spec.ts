import { describe, expect, it } from '@jest/globals';
import type { ActionDocument, ActionPlan, Json, PoolMember } from '@edge/contracts';
import type { Effects, PoolRef } from '@edge/ports';
import { defineScript } from '@edge/script';
import { InProcessScriptHost, MemoryLoadBalancer, type Simulation, snapshotOf } from '@edge/testing/script';
import { Scheduler, VirtualClock } from '@edge/testing/world';
import { z } from 'zod';
import { planAction, type PlanDeps } from './plan-action.js';
import { planner } from './planner.js';

const rolling = defineScript({
  name: 'rolling', about: 'A test.', config: z.object({ stop: z.string(), is_staggered: z.boolean().optional(), is_canary: z.boolean().optional() }),
  actions: {
    async deploy({ config, rollOut, pool }) {
      await rollOut(async (batch) => {
        await pool.takeOut(batch);
        await batch.run('stop', config.stop);
        batch.runsNow();
        await pool.putBack(batch);
      });
    },
    async broken() { throw new Error('not today'); },
  },
});
const scriptHost = new InProcessScriptHost([rolling]);
const names = (count: number) => Array.from({ length: count }, (_, n) => `h${n + 1}`);
const member = (host: string, state: PoolMember['state'] = 'in'): PoolMember => ({ host, state, healthy: true, sessions: 9 });

function plan(more: Partial<Omit<Simulation, 'script'>> = {}, deps: Partial<PlanDeps> = {}): Promise<ActionPlan> {
  const { type = 'deploy', config = {}, hosts, ...rest } = more;
  const snapshot = snapshotOf({
    type, config: { stop: 'systemctl stop app', ...config }, hosts: hosts ?? Object.fromEntries(names(4).map((name) => [name, { zone: 'Z', pools: ['p'], runs: 'v1' }])), version: 'v2',
    pools: [{ zone: 'Z', name: 'p', inpool_threshold: 50 }], loadBalancer: { name: 'lb', type: 'haproxy' }, ...rest,
  });
  return planAction({ type, snapshot }, { scriptHost, bundle: scriptHost.bundle('rolling'), checkText: () => ({ verdict: 'allow', rule: '', detail: '' }), ...deps });
}

describe('a plan', () => {
  it('says zones, stages, batches and the very commands that would run', async () => {
    const { zones, versions, findings, warnings } = await plan();
    expect(zones).toEqual([{
      zone: 'Z', pools: [{ pool: 'p', members: 4, serving: 4, must_serve_percent: 50, may_be_out: 2, least_serving: 2 }],
      stages: [{
        stage: 1, share: 100, hosts: names(4),
        batches: [['h1', 'h2'], ['h3', 'h4']].map((hosts, n) => ({
          batch: n + 1, pool: 'p', hosts,
          steps: [{ step: 'stop', commands: hosts.map((host) => ({ host, text: `export EDGE_ACTION=planned EDGE_HOST=${host} EDGE_ZONE=Z EDGE_VERSION=v2; systemctl stop app` })) }],
        })),
      }],
    }]);
    expect([versions['h1'], findings, warnings]).toEqual([{ from: 'v1', to: 'v2' }, [], []]);
  });

  it('goes by what the load balancer says now, and its hash changes with it', async () => {
    const read = (out: string[]): PlanDeps['readMembers'] => async (pools) => pools.map((pool) => ({ pool, members: names(4).map((host) => member(host, out.includes(host) ? 'out' : 'in')) }));
    const first = await plan({}, { readMembers: read(['h1']) });
    expect(first.zones[0]?.stages.map(({ hosts }) => hosts)).toEqual([['h2', 'h3', 'h4'], ['h1']]);
    expect(first.warnings).toEqual(['h1: Was out of service before; it stays out.']);
    expect((await plan({}, { readMembers: read(['h1']) })).plan_hash).toBe(first.plan_hash);
    expect((await plan({}, { readMembers: read([]) })).plan_hash).not.toBe(first.plan_hash);
    expect((await plan({ config: { stop: 'systemctl kill app' } }, { readMembers: read(['h1']) })).plan_hash).not.toBe(first.plan_hash);
  });

  it('has another hash where commands go elsewhere or another load balancer is asked', async () => {
    const snapshot = snapshotOf({ type: 'deploy', config: { stop: 'systemctl stop app' }, hosts: { h1: { zone: 'Z', pools: ['p'], runs: 'v1' } }, version: 'v2', pools: [{ zone: 'Z', name: 'p', inpool_threshold: 0 }], loadBalancer: { name: 'lb', type: 'haproxy' } });
    const hashOf = async (changed: Partial<typeof snapshot>) => (await planAction({ type: 'deploy', snapshot: { ...snapshot, ...changed } }, { scriptHost, bundle: scriptHost.bundle('rolling'), checkText: () => ({ verdict: 'allow', rule: '', detail: '' }) })).plan_hash;
    const hostWith = (more: object) => snapshot.hosts.map((host) => ({ ...host, ...more }));
    const hashes = await Promise.all([{}, {}, { hosts: hostWith({ port: 2222 }) }, { hosts: hostWith({ address: '10.9.9.9' }) }, { hosts: hostWith({ user: 'nobody' }) }, { loadBalancer: { name: 'lb', type: 'haproxy', retries: 9 } }].map(hashOf));
    expect(hashes[0]).toBe(hashes[1]);
    expect(new Set(hashes).size).toBe(5);
  });

  it('is the same in turns, where what a script is built on cannot play it by itself', async () => {
    const readMembers: PlanDeps['readMembers'] = async (pools) => pools.map((pool) => ({ pool, members: names(4).map((host) => member(host, host === 'h1' ? 'out' : 'in')) }));
    const former = { run: scriptHost.run.bind(scriptHost), rehearse: async () => undefined };
    expect(await plan({}, { readMembers, scriptHost: former })).toEqual(await plan({}, { readMembers }));
    expect(await plan({ type: 'broken' }, { scriptHost: former })).toEqual(await plan({ type: 'broken' }));
  });

  it('says that a pool cannot be read of which the load balancer says nothing', async () => {
    expect((await plan({}, { readMembers: async () => [] })).findings).toContainEqual(expect.objectContaining({ pointer: '/load_balancer', detail: 'The load balancer does not say who is in pool p of zone Z.' }));
  });

  it('says in words when it empties a pool, and marks where it waits for a verdict', async () => {
    const emptied = await plan({ pools: [{ zone: 'Z', name: 'p', inpool_threshold: 0 }], config: { is_canary: true, canary_by: 'person' } });
    expect(emptied.zones[0]?.stages.map(({ share, verdict }) => [share, verdict])).toEqual([[25, true], [50, true], [100, undefined]]);
    expect(emptied.warnings).toEqual([]);
    expect((await plan({ pools: [{ zone: 'Z', name: 'p', inpool_threshold: 0 }] })).warnings).toEqual(['All 4 serving members of pool p in zone Z are out at the same time.']);
  });

  it('names what would be refused: hosts that no pool can spare, pools that cannot be read, commands that the policy denies', async () => {
    const { findings: full } = await plan({ pools: [{ zone: 'Z', name: 'p', inpool_threshold: 100 }], config: { pool_info: { Z: [{ pool_name: 'o' }, { pool_name: 'p' }] } } });
    expect(full[0]).toEqual({ pointer: '/pool_info/Z/1/inpool_threshold', detail: 'inpool_threshold 100 of pool p in zone Z lets none of its 4 members out.', remedy: 'Lower it to 75 or less, or add members.', level: 'error' });
    expect(full.slice(1).map(({ pointer }) => pointer)).toEqual(['/servers/h1', '/servers/h2', '/servers/h3', '/servers/h4']);
    expect((await plan({}, { readMembers: () => Promise.reject(new Error('HAProxy knows no backend p.')) })).findings).toContainEqual(expect.objectContaining({ pointer: '/load_balancer', detail: 'HAProxy knows no backend p.' }));
    const denied = await plan({}, { checkText: () => ({ verdict: 'deny', rule: 'rm-system', detail: 'It removes the system.' }) });
    expect(denied.findings[0]).toMatchObject({ pointer: '/hosts/h1/stop', level: 'error' });
    expect(denied.zones[0]?.stages[0]?.batches[0]?.steps[0]?.commands[0]?.policy).toEqual({ verdict: 'deny', rule: 'rm-system', detail: 'It removes the system.' });
    expect((await plan({ type: 'broken' })).findings).toEqual([expect.objectContaining({ pointer: '/script', detail: 'not today' })]);
    expect((await plan({ type: 'fly' })).findings[0]?.detail).toContain('has no action type "fly"');
  });
});

describe('the planner of acceptance', () => {
  it.each<[string, Record<string, Json>, RegExp]>([
    ['a canary service that is not set', {}, /No canary service is configured/],
    ['a query that is not set', { canary_by: 'metric' }, /needs "canary_query"/],
    ['a Prometheus that is not set', { canary_by: 'metric', canary_query: 'up' }, /needs canary_metrics_url/],
    ['a canary pool in a zone that is none', { canary_by: 'person', canary_pool: { Z: ['p'], Y: ['p'] } }, /"canary_pool" names zone Y, which has no pools; there are pools in Z\./],
    ['a canary pool that is none', { canary_by: 'person', canary_pool: { Z: ['q'] } }, /"canary_pool" names q, which is no pool of zone Z; it has p\./],
  ])('refuses a canary that would stop for %s', async (_name, canary, why) => {
    const { findings } = await plan({ config: { is_canary: true, ...canary } });
    expect(findings).toMatchObject([{ pointer: '/script', level: 'error', detail: expect.stringMatching(why) }]);
  });

  it('reads the pools through the effects, and the rules of the environment', async () => {
    const snapshot = snapshotOf({ type: 'deploy', config: { stop: 'reboot' }, hosts: { h1: { zone: 'Z' } }, version: 'v2', pools: [{ zone: 'Z', name: 'p', inpool_threshold: 0 }], loadBalancer: { name: 'lb', type: 'haproxy' } });
    const document = { id: 'a-1', type: 'deploy', snapshot } as unknown as ActionDocument;
    const balancer = new MemoryLoadBalancer().add({ zone: 'Z', name: 'p' }, [{ host: 'h1' }, { host: 'h2' }]);
    const scheduler = new Scheduler();
    let silent = false;
    const effects: Effects = { perform: async (_action, { request }) => (silent ? await new Promise<never>(() => undefined) : { pools: await Promise.all((request as unknown as { pools: PoolRef[] }).pools.map(async (pool) => ({ pool, members: await balancer.members(pool) }))) } as unknown as Json) };
    const plan = planner({
      scriptHost, effects, clock: new VirtualClock(scheduler), script: async (sha) => (sha === '' ? scriptHost.bundle('rolling') : undefined), rules: async () => [{ name: 'no-reboot', deny: ['reboot'] }],
      checkCommand: (text, { rules }) => (rules.some((rule) => rule.deny?.some((word) => text.endsWith(word))) ? { verdict: 'deny', rule: 'no-reboot', detail: 'no' } : { verdict: 'allow', rule: '', detail: '' }),
    });
    const { plan: made, hash } = await plan(document) as unknown as { plan: ActionPlan; hash: string };
    expect([made.plan_hash, made.zones[0]?.pools[0]?.members, made.findings.length]).toEqual([hash, 2, 1]);
    expect(await balancer.members({ zone: 'Z', name: 'p' })).toMatchObject([{ state: 'in' }, { state: 'in' }]);
    await balancer.takeOut({ zone: 'Z', name: 'p' }, { host: 'h2' });
    const serving = async (options?: { assume?: 'all-serve' }) => (await plan(document, options) as unknown as { plan: ActionPlan }).plan.zones[0]?.pools[0]?.serving;
    expect([await serving(), await serving({ assume: 'all-serve' })]).toEqual([1, 2]);
    silent = true;
    const late = plan(document);
    for (let looks = 0; looks < 50; looks += 1) {
      await new Promise((resolve) => { setImmediate(resolve); });
      scheduler.step();
    }
    expect((await late as unknown as { plan: ActionPlan }).plan.findings).toContainEqual(expect.objectContaining({ pointer: '/load_balancer', detail: 'The load balancer lb did not say within 10 seconds who is in its pools.' }));
    await expect(plan({ ...document, snapshot: { ...snapshot, script: { name: 'gone', sha: 'x' } } })).rejects.toThrow('no script gone');
  });
});
