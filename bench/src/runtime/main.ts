import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printFigures } from '../store/figures.js';
import { measureMany } from './measure-many.js';
import { measureStep } from './measure-step.js';

/** Benchmark `runtime`: what durable steps cost over the commands themselves, an action on 1,000 hosts, how soon another takes it over, and what an idle Edge uses. */
export async function benchRuntime(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-bench-'));
  try {
    printFigures('runtime', [...(await measureStep(folder)), ...(await measureMany(join(folder, 'many')))]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
