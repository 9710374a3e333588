// Builds one app into apps/<name>/dist: main.js (launcher), program.js (everything in one file; of edge the beginning, the others beside it) and what it loads at run time.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { bundle } from './bundle.mjs';
import { launcher } from './launcher.mjs';
import { root } from './node-24.mjs';

/** Worker threads that programs start as files beside them. */
const workers = {
  'sqlite-worker': 'libs/adapters/sqlite/src/sqlite-worker.ts',
  'script-worker': 'libs/adapters/script-host/src/script-worker.ts',
};

/** What `edge up` reads first, to open its stores (apps/edge/src/main.ts); all else it reads while they are being opened. */
const early = /^\0builtin:|\/libs\/(contracts\/src\/(?!messages)|ports\/|adapters\/sqlite\/|nest\/src\/settings\/)|\/apps\/edge\/src\/(env|make-folder)/;

export async function buildApp(name) {
  const dist = `${root}apps/${name}/dist`;
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  if (name === 'console') return buildConsole(dist);
  await bundle({ input: `${root}apps/${name}/src/main.ts`, dir: dist, name: 'program', ...(name === 'edge' ? { external: [/^kafkajs$/], early } : {}) });
  writeFileSync(`${dist}/main.js`, launcher, { mode: 0o755 });
  if (name === 'cli') return;
  for (const [worker, input] of Object.entries(workers)) {
    if (existsSync(`${root}${input}`)) await bundle({ input: `${root}${input}`, dir: dist, name: worker });
  }
  const { buildKit } = await import('./build-kit.mjs');
  cpSync(await buildKit(), `${dist}/kit.js`);
  blankTypes({ from: `${root}libs/scripts/src`, to: `${dist}/scripts` });
}

/** Scripts that ship are read at every start: their types are blanked here once (`x.ts` becomes `x.ts.js`, every line and column where it was). */
function blankTypes({ from, to }) {
  mkdirSync(to);
  for (const file of readdirSync(from).filter((name) => /^(?!index\.).*(?<!\.spec|\.d)\.ts$/.test(name))) {
    writeFileSync(`${to}/${file}.js`, stripTypeScriptTypes(readFileSync(`${from}/${file}`, 'utf8')));
  }
}

async function buildConsole(dist) {
  const { build } = await import('vite');
  await build({ root: `${root}apps/console`, logLevel: 'warn', build: { outDir: dist, emptyOutDir: true } });
}

if (process.argv[1]?.endsWith('build-app.mjs')) await buildApp(process.argv[2]);
