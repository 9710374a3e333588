// Builds every app that changed since it was last built (or those named). `--all` builds whatever the age.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { node24, root } from './node-24.mjs';

export const apps = ['edge', 'cli', 'console', 'gateway', 'config', 'acl', 'orchestrator', 'executor', 'log-shipper'].filter((app) => existsSync(`${root}apps/${app}/${app === 'console' ? 'index.html' : 'src/main.ts'}`));

const roots = ['libs', 'apps', 'tools/src', 'package-lock.json'];
const left = new Set(['node_modules', 'dist']);

/** Time of the newest source; runs on the system's own Node, too. */
function newestSource() {
  let newest = 0;
  const look = (path) => {
    const entry = statSync(path);
    if (!entry.isDirectory()) newest = Math.max(newest, entry.mtimeMs);
    else for (const name of readdirSync(path)) if (!left.has(name)) look(`${path}/${name}`);
  };
  for (const path of roots) look(`${root}${path}`);
  return newest;
}

function builtAt(app) {
  const file = `${root}apps/${app}/dist/${app === 'console' ? 'index.html' : 'main.js'}`;
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Builds the named apps where missing or older than the sources. Each in its own process: a bundler frees nothing. */
export function build(names, { all = false } = {}) {
  const changed = newestSource();
  for (const app of names) {
    if (!all && builtAt(app) >= changed) continue;
    process.stderr.write(`building ${app}\n`);
    const run = spawnSync(node24(), ['--disable-warning=ExperimentalWarning', `${root}tools/src/build-app.mjs`, app], { stdio: ['ignore', 2, 2], cwd: root });
    if (run.status !== 0) throw new Error(`Building ${app} failed.`);
  }
}

if (process.argv[1]?.endsWith('tools/src/build.mjs')) {
  const names = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
  build(names.length > 0 ? names : apps, { all: process.argv.includes('--all') });
}
