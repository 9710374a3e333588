import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from './failures.js';

const BUSY = 5;

/**
 * Holds the data directory for this process until the answered function is called, or the process ends in whatever way:
 * the operating system frees the lock. The pid lies in a file of its own, because opening and closing the locked file
 * a second time would free a POSIX lock.
 */
export function lockFolder(folder: string): () => void {
  const database = new DatabaseSync(join(folder, 'lock.db'));
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== BUSY) throw error;
    throw new StoreFailure({ kind: 'unavailable', detail: `Another Edge${holder(folder)} works on the data directory ${folder}. Stop it, or name another directory by EDGE_DATA.` });
  }
  writeFileSync(join(folder, 'lock.pid'), `${process.pid}\n`, { mode: 0o600 });
  return () => database.close();
}

function holder(folder: string): string {
  try {
    return ` (process ${readFileSync(join(folder, 'lock.pid'), 'utf8').trim()})`;
  } catch {
    return '';
  }
}
