import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Violation } from './world/watch.js';
import type { Report, Task } from './worker.js';

export interface SeedsResult { seeds: number; failing: { seed: number; violations: Violation[] }[]; crashes: Record<string, number>; faults: Record<string, number>; ends: Record<string, number>; events: number; actions: number }

const portion = 50;
export const threads = Math.max(1, Math.min(8, availableParallelism()));

/** Runs many seeds on all processors. */
export async function runSeeds(file: string, { from, to, progress }: { from: number; to: number; progress(done: number): void }): Promise<SeedsResult> {
  const total: SeedsResult = { seeds: 0, failing: [], crashes: {}, faults: {}, ends: {}, events: 0, actions: 0 };
  let next = from;
  await Promise.all(Array.from({ length: threads }, () => through(file, {
    next: () => {
      if (next > to) return undefined;
      const task: Task = { from: next, to: Math.min(to, next + portion - 1), untilCaught: false };
      next = task.to + 1;
      return task;
    },
    took: (report) => {
      for (const result of report.results) add(total, result);
      progress(total.seeds);
    },
  })));
  total.failing.sort((one, other) => one.seed - other.seed);
  return total;
}

function through(file: string, { next, took }: { next(): Task | undefined; took(report: Report): void }): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: { untilCaught: false } });
    const go = () => {
      const task = next();
      if (task) worker.postMessage(task);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('message', (report: Report) => {
      took(report);
      go();
    });
    worker.on('error', reject);
    go();
  });
}

function add(total: SeedsResult, result: Report['results'][number]): void {
  total.seeds += 1;
  total.events += result.events;
  total.actions += result.actions;
  if (result.violations.length > 0) total.failing.push({ seed: result.seed, violations: result.violations });
  for (const name of ['crashes', 'faults', 'ends'] as const) for (const [key, count] of Object.entries(result[name])) total[name][key] = (total[name][key] ?? 0) + count;
}

export type Caught = { by: string; seed: number } | undefined;

/** Runs a mutated simulator until a check fails; one that hangs or dies is caught, too. Undefined: it survived. `withinMs` counts its processor time, else on a busy machine the slow would be taken for hanging; one that computes nothing has ten times as long. */
export function catchMutant(file: string, { seeds, withinMs }: { seeds: number; withinMs: number }): Promise<Caught> {
  return new Promise((resolve) => {
    const worker = new Worker(file, { workerData: { untilCaught: true }, stderr: true });
    const end = (caught: Caught) => {
      clearInterval(timer);
      void worker.terminate().then(() => resolve(caught));
    };
    const began = performance.now();
    const look = ({ user, system }: NodeJS.CpuUsage) => { if ((user + system) / 1_000 > withinMs || performance.now() - began > 10 * withinMs) end({ by: 'it hangs', seed: 0 }); };
    const timer = setInterval(() => { void worker.cpuUsage().then(look, () => undefined); }, 1_000); // refused by a worker that has ended: that is heard below
    worker.on('message', ({ results }: Report) => {
      const bad = results.find(({ violations }) => violations.length > 0);
      end(bad && { by: bad.violations[0]!.rule, seed: bad.seed });
    });
    worker.on('error', (error) => end({ by: String(error), seed: 0 }));
    worker.postMessage({ from: 1, to: seeds, untilCaught: true } satisfies Task);
  });
}
