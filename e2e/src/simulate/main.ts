import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleWorker, DoesNotApply } from './bundle-worker.js';
import { crashPoints } from './crash-points.js';
import { mutations } from './mutations.js';
import { runSeed } from './run-seed.js';
import { catchMutant, runSeeds, type SeedsResult, threads } from './run-seeds.js';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1000' }, seed: { type: 'string' }, mutants: { type: 'string', default: '2000' }, mutation: { type: 'string' } } });
/** `--mutation lock`: only those whose names hold it; `--mutation none`: none. */
const chosen = mutations.filter(({ name }) => name.includes(values.mutation ?? ''));
const root = process.cwd();
const err = (line: string) => process.stderr.write(`${line}\n`);

if (values.seed !== undefined) await one(Number(values.seed));
else await all(Number(values.seeds), Number(values.mutants));

/** One seed with its whole history. */
async function one(seed: number): Promise<never> {
  const { violations, lines, ends, events } = await runSeed(seed, { full: true });
  console.log(lines.join('\n'));
  for (const { rule, detail } of violations) console.log(`\nVIOLATION ${rule}: ${detail}`);
  console.log(JSON.stringify({ seeds: 1, seed, violations: violations.length, ends, events }));
  process.exit(violations.length > 0 ? 1 : 0);
}

async function all(seeds: number, perMutant: number): Promise<never> {
  const dir = await mkdtemp(join(tmpdir(), 'edge-simulate-'));
  const started = Date.now();
  try {
    const result = await runSeeds(await bundleWorker({ root, dir, name: 'worker' }), { from: 1, to: seeds, progress: (done) => { if (done % 1_000 === 0) err(`${done} seeds`); } });
    const seedsMs = Date.now() - started;
    await tellFailing(result);
    const missed = tellCoverage(result, Math.min(100, Math.floor(seeds / 100)));
    const survivors = await runMutants(dir, perMutant);
    const failed = result.failing.length > 0 || missed.length > 0 || survivors.length > 0;
    console.log(JSON.stringify({
      seeds, violations: result.failing.length, mutations: { total: chosen.length, caught: chosen.length - survivors.length, survivors }, crash_points: { total: crashPoints.length, missed },
      actions: result.actions, events: result.events, ends: result.ends, seconds: { seeds: Math.round(seedsMs / 1000), all: Math.round((Date.now() - started) / 1000) },
    }));
    process.exit(failed ? 1 : 0);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function tellFailing({ failing }: SeedsResult): Promise<void> {
  const [first] = failing;
  if (!first) return;
  const { lines } = await runSeed(first.seed, { full: true });
  console.log(`${failing.length} seeds violate: ${failing.slice(0, 20).map(({ seed, violations }) => `${seed} (${violations.map(({ rule }) => rule).join(', ')})`).join('; ')}`);
  console.log(`\nSeed ${first.seed}; again with: npm run simulate -- --seed ${first.seed}\n${lines.join('\n')}`);
  for (const { rule, detail } of first.violations) console.log(`VIOLATION ${rule}: ${detail}`);
}

/** Crash points that were not met often enough. */
function tellCoverage({ crashes, faults }: SeedsResult, least: number): string[] {
  for (const [name, times] of byName(crashes)) console.log(`${String(times).padStart(7)}  dies: ${name}`);
  for (const [name, times] of byName(faults)) console.log(`${String(times).padStart(7)}  ${name}`);
  return crashPoints.map(({ point }) => point).filter((point) => (crashes[point] ?? 0) < least);
}

/** Mutations that no check caught. */
async function runMutants(dir: string, seeds: number): Promise<string[]> {
  const survivors: string[] = [];
  const waiting = [...chosen.entries()];
  await Promise.all(Array.from({ length: threads }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, mutation] = next;
      const verdict = await tryMutant({ dir, index, seeds });
      console.log(`${verdict.startsWith('caught') ? '  ' : '! '}${mutation.name.padEnd(28)} ${verdict}`);
      if (!verdict.startsWith('caught')) survivors.push(mutation.name);
    }
  }));
  return survivors;
}

async function tryMutant({ dir, index, seeds }: { dir: string; index: number; seeds: number }): Promise<string> {
  const mutation = chosen[index]!;
  try {
    const caught = await catchMutant(await bundleWorker({ root, dir, name: `mutant-${index}`, mutation }), { seeds, withinMs: 120_000 });
    return caught ? `caught by "${caught.by}" at seed ${caught.seed}` : `SURVIVED ${seeds} seeds: ${mutation.breaks}`;
  } catch (error) {
    if (error instanceof DoesNotApply) return error.message;
    throw error;
  }
}

function byName(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts).sort(([one], [other]) => one.localeCompare(other));
}
