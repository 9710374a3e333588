import { describe, expect, it } from '@jest/globals';
import { missingPrograms, skipped } from './missing-programs.js';
import { rolloutChaos } from './rollout-chaos.js';
import type { Layout } from './rollout-rig.js';

const missing = await missingPrograms();
const suite = missing.length === 0 ? describe : describe.skip;
const four = (zone: string) => Array.from({ length: 4 }, (_, n) => `${zone}-${n + 1}`);
const layout: Layout = { north: { web: { hosts: four('north'), inpool_threshold: 50 }, api: { hosts: four('north').slice(2), inpool_threshold: 50 } }, south: { web: { hosts: four('south'), inpool_threshold: 70 } } };

suite(`a staggered deploy in which Edge is killed${skipped(missing)}`, () => {
  it('completes, fails no request and holds every floor, wherever the kill comes', async () => {
    const { violations, runs, kills } = await rolloutChaos({ kills: 2, seed: 7 }, { layout, tell: () => undefined });
    expect([violations, runs]).toEqual([[], 2]);
    expect(kills).toBeGreaterThanOrEqual(2);
  }, 240_000);
});
