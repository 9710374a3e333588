import { parentPort, workerData } from 'node:worker_threads';
import { runSeed, type SeedResult } from './run-seed.js';

/** What a worker is told: which seeds; for a mutation, to stop at the first violation. */
export interface Task { from: number; to: number; untilCaught: boolean }
export interface Report { task: Task; results: Omit<SeedResult, 'lines'>[] }

const { untilCaught } = workerData as { untilCaught: boolean };

parentPort?.on('message', (task: Task) => void work(task));

async function work(task: Task): Promise<void> {
  const results: Report['results'] = [];
  for (let seed = task.from; seed <= task.to; seed += 1) {
    const { lines: _, ...result } = await runSeed(seed);
    results.push(result);
    if (untilCaught && result.violations.length > 0) break;
  }
  parentPort?.postMessage({ task, results } satisfies Report);
}

// A mutated product may fail in any way; whatever ends the simulation in another manner is a catch as well.
process.on('unhandledRejection', (error) => parentPort?.postMessage({ task: { from: 0, to: 0, untilCaught }, results: [{ seed: 0, violations: [{ rule: 'unhandled rejection', detail: String(error) }], crashes: {}, faults: {}, ends: {}, events: 0, actions: 0 }] } satisfies Report));
