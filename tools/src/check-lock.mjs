// The lock file is complete (every optional binary has a version, or `npm ci` fails elsewhere) and names no registry.
import { readFileSync } from 'node:fs';
import { root } from './node-24.mjs';

const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'));
const found = [];

function resolves(from, name) {
  for (let base = from; base !== ''; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (packages[`${base}/node_modules/${name}`]) return true;
    if (!base.includes('/node_modules/')) break;
  }
  return `node_modules/${name}` in packages;
}

for (const [path, entry] of Object.entries(packages)) {
  if (path.includes('node_modules/') && !entry.link && !entry.version) found.push(`${path}: no version`);
  if (/^https?:/.test(entry.resolved ?? '')) found.push(`${path}: names a registry; run npm install with this repository's .npmrc`);
  for (const name of Object.keys(entry.optionalDependencies ?? {})) if (!resolves(path, name)) found.push(`${path}: optional ${name} is missing`);
}
for (const line of found) console.error(line);
process.exitCode = found.length === 0 ? 0 : 1;
