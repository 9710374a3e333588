import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Folder after folder: `recursive` of Node goes round for ever where the file system says ENOENT to a new one, as /proc does. */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}
