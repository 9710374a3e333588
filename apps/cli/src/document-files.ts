import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { say } from './print.js';

/**
 * The `.yaml`, `.yml` and `.json` files of a folder and of those below. Hidden names are left out, and links lead to files alone:
 * a mounted ConfigMap holds each file behind a link, and once more in hidden folders.
 */
export async function documentFiles(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const files = await Promise.all(entries.map((entry) => filesOf(entry)));
  return files.flat().sort();
}

async function filesOf(entry: Dirent): Promise<string[]> {
  const path = join(entry.parentPath, entry.name);
  if (entry.isDirectory()) return documentFiles(path);
  if (entry.isSymbolicLink() && (await isFolder(path))) {
    say(`${path} is a link to a folder: it is not read.`);
    return [];
  }
  return /\.(ya?ml|json)$/.test(entry.name) ? [path] : [];
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isDirectory(), () => false);
}
