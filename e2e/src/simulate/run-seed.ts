import { checkWorld } from './checks/check-world.js';
import { scenarioOf } from './scenario.js';
import { SimulatedWorld } from './world/simulated-world.js';
import type { Violation } from './world/watch.js';

export interface SeedResult { seed: number; violations: Violation[]; crashes: Record<string, number>; faults: Record<string, number>; events: number; actions: number; ends: Record<string, number>; lines: string[] }

/** One seed, from nothing to rest, and what the checks say. */
export async function runSeed(seed: number, { full = false } = {}): Promise<SeedResult> {
  const world = new SimulatedWorld(scenarioOf(seed), { full });
  await world.run();
  await checkWorld(world);
  const ends: Record<string, number> = {};
  for (const action of world.journal.actions()) {
    const last = world.journal.readNow(action).at(-1);
    const end = last?.type === 'end' ? last.status : 'open';
    ends[end] = (ends[end] ?? 0) + 1;
  }
  const { violations } = world.watch;
  const { crashes, faults, lines } = world.story;
  return { seed, violations, crashes, faults, ends, lines, events: world.scheduler.happened, actions: world.journal.actions().length };
}
