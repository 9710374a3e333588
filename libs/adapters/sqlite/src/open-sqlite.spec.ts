import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busContract, documentsContract, type Factory, journalContract, logIndexContract } from '@edge/testing/contracts';
import { openSqlite, type SqliteStores } from './open-sqlite.js';

const made = <T>(pick: (stores: SqliteStores) => T): Factory<T> => async () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-sqlite-'));
  const stores = await openSqlite({ folder });
  const dispose = async () => {
    await stores.close();
    rmSync(folder, { recursive: true });
  };
  return { store: pick(stores), dispose };
};

busContract('SQLite', made((stores) => stores.bus));
documentsContract('SQLite', made((stores) => stores.documents));
journalContract('SQLite', made((stores) => stores.journal));
logIndexContract('SQLite', made((stores) => stores.logIndex));
