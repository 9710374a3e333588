import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ThreadSetup } from './protocol.js';

// Node strips the types of our sources by itself; only `./x.js`, as TypeScript spells it, must find `./x.ts`.
const fromSource = `
const { registerHooks } = require('node:module');
registerHooks({ resolve: (specifier, context, next) => next(specifier.startsWith('.') && context.parentURL?.endsWith('.ts') ? specifier.replace(/\\.js$/, '.ts') : specifier, context) });
import(require('node:worker_threads').workerData.entry);`;

/** What a thread works on lives for one batch only: a small nursery is swept as well as a large one. */
const resourceLimits = { maxYoungGenerationSizeMb: 12 };

/**
 * Starts the thread of one database file. A built program has `sqlite-worker.js` beside it; tests run the source beside this file; a program
 * bundled elsewhere in the checkout finds the source by the package's name.
 */
export function startWorker(setup: ThreadSetup): Worker {
  const built = new URL('./sqlite-worker.js', import.meta.url);
  if (existsSync(built)) return new Worker(built, { workerData: setup, resourceLimits });
  return new Worker(fromSource, { eval: true, workerData: { ...setup, entry: source().href }, resourceLimits });
}

function source(): URL {
  const beside = new URL('./sqlite-worker.ts', import.meta.url);
  return existsSync(beside) ? beside : pathToFileURL(createRequire(fileURLToPath(import.meta.url)).resolve('@edge/sqlite/worker'));
}
