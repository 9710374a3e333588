import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printFigures } from './figures.js';
import { measureDispatcher } from './measure-dispatcher.js';
import { measurePeers } from './measure-peers.js';
import { measureStore } from './measure-store.js';

/** Benchmark `store`: the embedded stores beside plain SQLite and the bare disk, in the folder for temporary files. */
export async function benchStore(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-bench-'));
  try {
    printFigures('store', [...(await measureStore(join(folder, 'data'))), ...(await measureDispatcher(join(folder, 'work'))), ...(await measurePeers(folder))]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
