import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreFailure } from './failures.js';

/** Makes sure that the data directory exists (0700) and can be used, or throws one sentence. */
export function prepareFolder(folder: string): void {
  try {
    make(folder);
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StoreFailure({ kind: 'unavailable', detail: `The data directory ${folder} cannot be used: ${reason(error as NodeJS.ErrnoException)}. Fix it, or name another by EDGE_DATA.` });
  }
}

/** Folder after folder: `recursive` of Node goes round for ever where the file system says ENOENT, as /proc does. */
function make(folder: string): void {
  if (existsSync(folder)) return;
  make(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  const known: Record<string, string> = {
    EACCES: 'this user may not read and write it', EPERM: 'this user may not read and write it', EROFS: 'the file system is read-only',
    ENOTDIR: 'it is, or lies below, something that is no directory', EEXIST: 'it is no directory', ENOSPC: 'the disk is full', ENOENT: 'it cannot be created there',
  };
  return known[code ?? ''] ?? message;
}
