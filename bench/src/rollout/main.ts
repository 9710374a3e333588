import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleScript } from '@edge/script-host';
import { printFigures } from '../store/figures.js';
import { measurePlan } from './measure-plan.js';
import { measureRollout } from './measure-rollout.js';

/** Benchmark `rollout`: planning 1,000 hosts, and what Edge itself takes per host of a staggered rollout. */
export async function benchRollout(): Promise<void> {
  const kit = await readFile(execFileSync(process.execPath, ['tools/src/build-kit.mjs'], { encoding: 'utf8' }).trim(), 'utf8');
  const bundle = bundleScript(kit, { file: 'load-balanced.ts', text: await readFile('libs/scripts/src/load-balanced.ts', 'utf8') });
  const folder = mkdtempSync(join(tmpdir(), 'edge-bench-'));
  try {
    printFigures('rollout', [...(await measurePlan(bundle)), ...(await measureRollout(folder, bundle))]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
