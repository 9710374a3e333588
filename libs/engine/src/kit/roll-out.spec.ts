import { describe, expect, it } from '@jest/globals';
import type { JsonObject, Note, ResolvedPool } from '@edge/contracts';
import { defineScript, sh } from '@edge/script';
import { replayScript, SimulatedBalancer, type Simulation, type SimulationResult, simulateScript } from '@edge/testing/script';
import fc from 'fast-check';
import { z } from 'zod';

const script = defineScript({
  name: 'rolling', about: 'A test.', config: z.object({}).loose(),
  actions: {
    async deploy({ rollOut, pool }) {
      await rollOut(async (batch) => {
        await pool.takeOut(batch);
        await batch.run('stop', sh`stop`);
        await batch.run('start', sh`start`);
        await batch.waitHealthy();
        batch.runsNow();
        await pool.putBack(batch);
      });
    },
  },
});

interface World {
  hosts: { zone: string; pools: ('none' | 'in' | 'out')[]; selected: boolean }[];
  thresholds: number[];
  failing: { host: number; step: string }[];
  staged: boolean;
  ordered: boolean;
  order: number[];
  cancelAfter: number;
}

/** Up to 10 hosts in two zones and three pools, some out, some not selected; some commands fail; answers come in any order; perhaps a cancellation. */
const worlds: fc.Arbitrary<World> = fc.record({
  hosts: fc.array(fc.record({ zone: fc.constantFrom('A', 'B'), pools: fc.array(fc.constantFrom('none', 'none', 'in', 'in', 'in', 'out'), { minLength: 3, maxLength: 3 }), selected: fc.integer({ min: 0, max: 4 }).map((n) => n > 0) }), { minLength: 1, maxLength: 10 }),
  thresholds: fc.array(fc.constantFrom(0, 30, 50, 70, 100), { minLength: 3, maxLength: 3 }),
  failing: fc.array(fc.record({ host: fc.nat(9), step: fc.constantFrom('stop', 'start', 'health') }), { maxLength: 3 }),
  staged: fc.boolean(), ordered: fc.boolean(), order: fc.array(fc.nat(100), { minLength: 7, maxLength: 7 }), cancelAfter: fc.oneof(fc.constant(-1), fc.nat(60)),
});

async function play(world: World) {
  const names = world.hosts.map((_, n) => `h${n}`);
  const poolsOf = ({ pools }: World['hosts'][number]) => pools.flatMap((state, n) => (state === 'none' ? [] : [`p${n}`]));
  const pools: ResolvedPool[] = ['A', 'B'].flatMap((zone) => world.thresholds.map((threshold, n) => ({ zone, name: `p${n}`, inpool_threshold: threshold })));
  const members = (zone: string, name: string) => names.filter((_, n) => world.hosts[n]!.zone === zone && poolsOf(world.hosts[n]!).includes(name));
  const balancer = new SimulatedBalancer(Object.fromEntries(pools.map(({ zone, name }) => [`${zone}/${name}`, { members: members(zone, name), out: members(zone, name).filter((host) => world.hosts[Number(host.slice(1))]!.pools[Number(name.slice(1))] === 'out') }])));
  const before = Object.fromEntries(pools.map(({ zone, name }) => [`${zone}/${name}`, balancer.in(`${zone}/${name}`)]));
  const fails = (host: string, step: string) => world.failing.some((failing) => `h${failing.host}` === host && failing.step === step);
  let n = 0;
  const simulation: Simulation = {
    script, type: 'deploy', config: { is_staggered: world.staged, healthcheck: { tcp: { port: 80 } }, capacity_wait: 0 }, version: 'v2', pools, loadBalancer: { name: 'lb' }, zoneOrder: world.ordered ? 'ordered' : 'parallel',
    hosts: Object.fromEntries(names.flatMap((name, at) => (world.hosts[at]!.selected ? [[name, { zone: world.hosts[at]!.zone, pools: poolsOf(world.hosts[at]!) }]] : []))),
    pick: (count) => world.order[n++ % world.order.length]! % count,
    onCommand: ({ host, step }) => (fails(host, step) ? { code: 1 } : undefined),
    onCall: ({ service, request }) => (service === 'health' ? { healthy: !fails(String(request['host']), 'health'), detail: '' } : balancer.answer(request) as unknown as JsonObject),
    ...(world.cancelAfter >= 0 ? { cancelAfter: world.cancelAfter } : {}),
  };
  return { simulation, balancer, before, pools, members, result: await simulateScript(simulation) };
}

const outByNotes = (notes: readonly Note[]): string[] => {
  const out = new Set<string>();
  for (const note of notes) if (note.event === 'host-out') out.add(`${note.zone}/${note.pool} ${note.host}`);
  for (const note of notes) if (note.event === 'host-in') out.delete(`${note.zone}/${note.pool} ${note.host}`);
  return [...out].sort();
};
const settled = ({ succeeded, failed, skipped }: SimulationResult): string[] => [...succeeded, ...Object.keys(failed), ...skipped].sort();
const run = (property: (world: World) => Promise<void>) => fc.assert(fc.asyncProperty(worlds, property), { numRuns: 300 });

describe('a rollout, in whatever order the world answers', () => {
  it('never takes a pool below its floor', () => run(async (world) => {
    const { balancer, before, pools, members } = await play(world);
    for (const { zone, name, inpool_threshold: threshold } of pools) {
      const total = members(zone, name).length;
      const must = total - Math.floor((total * (100 - threshold)) / 100);
      expect(balancer.leastServing(`${zone}/${name}`)).toBeGreaterThanOrEqual(Math.min(must, before[`${zone}/${name}`]!.length));
    }
  }));

  it('leaves every pool as its notes say: what is out is what was out, and what it took and did not put back', () => run(async (world) => {
    const { balancer, before, pools, result } = await play(world);
    const gone = pools.flatMap(({ zone, name }) => before[`${zone}/${name}`]!.filter((host) => !balancer.in(`${zone}/${name}`).includes(host)).map((host) => `${zone}/${name} ${host}`)).sort();
    expect(gone).toEqual(outByNotes(result.notes));
    for (const { zone, name } of pools) expect(balancer.in(`${zone}/${name}`).filter((host) => !before[`${zone}/${name}`]!.includes(host))).toEqual([]);
  }));

  it('puts back every host that is well, and leaves out only those that failed or were cut short', () => run(async (world) => {
    const { result } = await play(world);
    const touched = new Set(result.commands.map(({ host }) => host));
    for (const entry of outByNotes(result.notes)) {
      const host = entry.split(' ')[1]!;
      expect(result.succeeded).not.toContain(host);
      expect(touched.has(host)).toBe(true);
    }
  }));

  it('runs each step at most once on a host, only on hosts of the action, and settles each of them when it is not cancelled', () => run(async (world) => {
    const { result, simulation } = await play(world);
    const steps = result.commands.map(({ host, step }) => `${host} ${step}`);
    expect(new Set(steps).size).toBe(steps.length);
    for (const { host } of result.commands) expect(Object.keys(simulation.hosts)).toContain(host);
    expect(new Set(settled(result)).size).toBe(settled(result).length);
    if (result.end.ok) expect(settled(result)).toEqual(Object.keys(simulation.hosts).sort());
  }));

  it('is replayed turn by turn, cancellations and failures included', () => run(async (world) => {
    const { simulation, result } = await play(world);
    expect(await replayScript(simulation, result)).toEqual(result.turns.map(({ turn }) => turn));
    const keys = result.requests.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  }));
});
