// Finds the Node that Edge runs on: the one of the lock file, else this one if it is new enough.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Path of a Node >= 24.9, or an Error that says what to do. */
export function node24() {
  const pinned = `${root}node_modules/node-linux-${process.arch}/bin/node`;
  if (process.platform === 'linux' && existsSync(pinned)) return pinned;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 9)) return process.execPath;
  throw new Error(`Edge needs Node 24.9 or newer; this is ${process.versions.node}. Run "npm ci" (on Linux it brings its own) or install Node 24.`);
}
