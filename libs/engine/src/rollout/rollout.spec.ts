import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mayBeOut, type PoolView, room } from './capacity.js';
import { cutStages, readShares, sharesFor } from './cut-stages.js';
import { canaryGroups, cutZone, poolFor, type ZoneToCut } from './cut-zone.js';
import { nextBatch } from './next-batch.js';

const pool = (total: number, out: number, threshold: number): PoolView => ({ name: 'p', threshold, members: new Map(Array.from({ length: total }, (_, n) => [`h${n}`, n >= out])) });

/** What a zone and its pools can look like: hosts in none, one or several pools, some out of service. */
const zones: fc.Arbitrary<ZoneToCut> = fc.record({
  hosts: fc.integer({ min: 1, max: 12 }), strangers: fc.integer({ min: 0, max: 3 }),
  pools: fc.array(fc.record({ threshold: fc.integer({ min: 0, max: 100 }), atLeast: fc.integer({ min: 0, max: 1 }), states: fc.array(fc.constantFrom('none', 'in', 'out'), { minLength: 15, maxLength: 15 }) }), { minLength: 1, maxLength: 3 }),
  staged: fc.boolean(),
}).map(({ hosts, strangers, pools, staged }) => ({
  hosts: Array.from({ length: hosts }, (_, n) => `h${n}`),
  stages: staged ? {} : 'plain',
  pools: pools.map(({ threshold, atLeast, states }, index) => ({
    name: `p${index}`, threshold, atLeast,
    members: new Map(states.flatMap((state, n) => (state === 'none' || n >= hosts + strangers ? [] : [[n < hosts ? `h${n}` : `x${n}`, state === 'in'] as const]))),
  })),
}));

/** Acts out a whole zone; every batch comes back into service, unless it was out before. */
function actOut(zone: ZoneToCut) {
  const { stages, unknown } = cutZone(zone);
  const batches: { stage: number; pool: string; hosts: string[] }[] = [];
  const uncovered: string[] = [];
  for (const [stage, { hosts }] of stages.entries()) {
    for (const { name } of zone.pools) {
      let rest = hosts.filter((host) => poolFor(host, zone.pools) === name);
      for (let cut = nextBatch(rest, zone.pools); cut.kind !== 'none'; cut = nextBatch(rest, zone.pools)) {
        if (cut.kind === 'blocked') {
          uncovered.push(...rest);
          break;
        }
        const { hosts: taken } = cut;
        batches.push({ stage, pool: name, hosts: taken });
        rest = rest.filter((host) => !taken.includes(host));
      }
    }
  }
  return { stages, unknown, batches, uncovered };
}

describe('capacity', () => {
  it.each([[4, 0, 70, 1], [2, 0, 70, 0], [10, 3, 50, 2], [10, 5, 50, 0], [3, 3, 50, 0], [4, 0, 0, 4], [4, 0, 100, 0], [10, 0, 10, 9]])('of %i members with %i out and %i %% to stay, spares %i', (total, out, threshold, spared) => {
    expect(room(pool(total, out, threshold))).toBe(spared);
  });
  it('lets a pool that serves nobody be done at once', () => {
    expect(nextBatch(['h0', 'h1', 'h2'], [pool(3, 3, 100)])).toEqual({ kind: 'batch', hosts: ['h0', 'h1', 'h2'] });
  });
  it('keeps one in where emptying a pool is forbidden', () => {
    expect(mayBeOut({ ...pool(4, 0, 0), atLeast: 1 })).toBe(3);
  });
});

describe('stages', () => {
  it.each([[1, [1]], [2, [1, 1]], [3, [1, 2]], [4, [1, 1, 2]], [5, [1, 1, 3]], [7, [1, 2, 4]], [8, [1, 1, 2, 4]], [9, [1, 1, 2, 5]], [10, [1, 1, 3, 5]], [40, [4, 6, 10, 20]]])('of %i hosts have the sizes %j', (hosts, sizes) => {
    expect(cutStages(Array.from({ length: hosts }), sharesFor(hosts)).map((stage) => stage.hosts.length)).toEqual(sizes);
  });
  it('are cumulative, never empty, and cover every host once, whatever the shares', () => {
    const shares = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 6 }).map((list) => [...list.sort((a, b) => a - b), 100]);
    fc.assert(fc.property(fc.integer({ min: 0, max: 60 }), shares, (count, list) => {
      const hosts = Array.from({ length: count }, (_, n) => n);
      const stages = cutStages(hosts, list);
      expect(stages.flatMap((stage) => stage.hosts)).toEqual(hosts);
      expect(stages.every((stage) => stage.hosts.length > 0)).toBe(true);
      expect(stages.map(({ share }) => share)).toEqual(stages.map(({ share }) => share).sort((a, b) => a - b));
    }));
  });
  it.each([[[], 'empty'], [[50, 25, 100], 'does not rise'], [[10, 50], 'must be 100'], [[0, 100], 'above 0'], ['10,x', 'percentage'], [['10', 100], 'percentage']])('refuse %j', (value, says) => {
    expect(readShares(value)).toMatchObject({ findings: [{ pointer: '/staggered_batch', detail: expect.stringContaining(says) }] });
  });
  it('take a list or a text of the project', () => {
    expect([readShares([10, 100]).shares, readShares('5, 50,100').shares, readShares(undefined)]).toEqual([[10, 100], [5, 50, 100], { findings: [] }]);
  });
});

describe('a zone', () => {
  it('never takes more out of any pool than it can spare, whatever the zone looks like', () => {
    fc.assert(fc.property(zones, (zone) => {
      for (const { hosts } of actOut(zone).batches) {
        for (const each of zone.pools) {
          const taken = hosts.filter((host) => each.members.get(host) === true).length;
          const out = [...each.members.values()].filter((serves) => !serves).length;
          const most = Math.min(Math.floor((each.members.size * (100 - each.threshold)) / 100), each.members.size - (each.atLeast ?? 0));
          if (taken > 0) expect(out + taken).toBeLessThanOrEqual(most);
        }
      }
    }), { numRuns: 3_000 });
  });

  it('touches every host of the action exactly once and no other ever, or says why not', () => {
    fc.assert(fc.property(zones, (zone) => {
      const { batches, uncovered, unknown, stages } = actOut(zone);
      const touched = batches.flatMap(({ hosts }) => hosts);
      expect([...touched, ...uncovered, ...unknown].sort()).toEqual([...zone.hosts].sort());
      expect(stages.every(({ hosts }) => hosts.length > 0)).toBe(true);
    }), { numRuns: 3_000 });
  });

  it('leaves uncovered exactly the hosts that a brute-force search cannot take out alone', () => {
    fc.assert(fc.property(zones, (zone) => {
      const possible = (host: string) => zone.pools.filter((each) => each.members.get(host) === true).every((each) => {
        const after = [...each.members].filter(([name, serves]) => serves && name !== host).length;
        return each.members.size - after <= Math.floor((each.members.size * (100 - each.threshold)) / 100) && after >= (each.atLeast ?? 0);
      });
      const { uncovered, unknown } = actOut(zone);
      expect([...uncovered].sort()).toEqual(zone.hosts.filter((host) => !unknown.includes(host) && !possible(host)).sort());
    }), { numRuns: 3_000 });
  });

  it('cuts batches that no further host of the pool could join, in the order of the hosts', () => {
    fc.assert(fc.property(zones, (zone) => {
      for (const { name } of zone.pools) {
        const rest = zone.hosts.filter((host) => poolFor(host, zone.pools) === name);
        const cut = nextBatch(rest, zone.pools);
        if (cut.kind !== 'batch') continue;
        expect(cut.hosts).toEqual(rest.filter((host) => cut.hosts.includes(host)));
        const fits = (hosts: string[]) => zone.pools.every((each) => hosts.filter((host) => each.members.get(host) === true).length <= room(each));
        const serves = (host: string) => zone.pools.some((each) => each.members.get(host) === true);
        expect(fits(cut.hosts)).toBe(true);
        for (const further of rest.filter((host) => serves(host) && serves(cut.hosts[0]!) && !cut.hosts.includes(host))) expect(fits([...cut.hosts, further])).toBe(false);
      }
    }), { numRuns: 3_000 });
  });

  it('puts hosts that were out, and pools without canary, last', () => {
    const members = (entries: [string, boolean][]) => new Map(entries);
    expect(cutZone({
      hosts: ['a', 'b', 'c', 'd', 'e', 'stranger'], stages: {}, withoutCanary: ['p2'],
      pools: [{ name: 'p1', threshold: 0, members: members([['a', false], ['b', true], ['c', true]]) }, { name: 'p2', threshold: 0, members: members([['c', true], ['d', true], ['e', true]]) }],
    })).toEqual({ stages: [{ share: 50, hosts: ['b'], leftovers: false }, { share: 100, hosts: ['c'], leftovers: false }, { share: 100, hosts: ['a', 'd', 'e'], leftovers: true }], unknown: ['stranger'] });
  });

  it('compares groups of equal size', () => {
    expect(canaryGroups(['a', 'b', 'c'], ['d', 'e'])).toEqual({ test: ['b', 'c'], control: ['d', 'e'] });
    expect(canaryGroups(['a'], ['d', 'e'])).toEqual({ test: ['a'], control: ['d'] });
    expect(canaryGroups(['a'], [])).toEqual({ test: ['a'], control: [] });
  });
});
