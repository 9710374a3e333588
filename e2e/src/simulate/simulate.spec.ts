import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mutations } from './mutations.js';
import { runSeed } from './run-seed.js';

const root = join(import.meta.dirname, '../../..');

describe('the simulator', () => {
  it('finds no violation in 150 seeds', async () => {
    const failing: object[] = [];
    for (let seed = 1; seed <= 150; seed += 1) {
      const { violations } = await runSeed(seed);
      if (violations.length > 0) failing.push({ seed, violations });
    }
    expect(failing).toEqual([]);
  }, 240_000);

  it('tells the same story for the same seed', async () => {
    const [one, two] = [await runSeed(7, { full: true }), await runSeed(7, { full: true })];
    expect(one.lines.length).toBeGreaterThan(20);
    expect(two).toEqual(one);
  });

  it.each(mutations)('can still break "$name"', async ({ edits }) => {
    for (const { file, find } of edits) expect([file, (await readFile(join(root, file), 'utf8')).split(find).length - 1]).toEqual([file, 1]);
  });
});
