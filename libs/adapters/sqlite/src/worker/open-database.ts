import { chmodSync, closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StoreKind } from '../protocol.js';
import { edgeSchema } from './edge-schema.js';
import { isDamaged, StoreFailure } from './failures.js';
import { logSchema } from './log-schema.js';
import { migrate } from './migrate.js';

const PAGE_BYTES = 4096;
const settings = {
  // FULL: what was acknowledged survives a power cut. The log can be built again.
  edge: { schema: edgeSchema, synchronous: 'FULL' },
  log: { schema: logSchema, synchronous: 'NORMAL' },
} as const;

/** Opens `<kind>.db` in the folder with its newest schema. A damaged log.db is put aside and begun anew: it is for people only. */
export function openDatabase(folder: string, kind: StoreKind, maxBytes?: number): { database: DatabaseSync; notes: string[] } {
  const path = join(folder, `${kind}.db`);
  try {
    return { database: open(path, kind, maxBytes), notes: [] };
  } catch (error) {
    if (!isDamaged(error)) throw error;
    if (kind !== 'log') throw new StoreFailure({ kind: 'unavailable', detail: `${path} is damaged (${(error as Error).message}): put back a copy of it, with its -wal beside it; or move both away to begin without what they held.` });
    const aside = `${path}.damaged-${Date.now()}`;
    for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    return { database: open(path, kind, maxBytes), notes: [`log.db was damaged; it is kept as ${aside} and a new one begun`] };
  }
}

function open(path: string, kind: StoreKind, maxBytes?: number): DatabaseSync {
  const { schema, synchronous } = settings[kind];
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA fullfsync = 1;
      PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000`);
    migrate(database, `${kind}.db`, schema);
    if (maxBytes) database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / PAGE_BYTES))}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
