import { type Operations, reads, writes } from './operations.js';
import type { Statements } from './statements.js';

/** What concerns the file as a whole. */
export function fileOperations(sql: Statements): Operations {
  return {
    'file.check': reads(() => sql.get('SELECT 1') !== undefined),
    // Says whether there is room for more than a few bytes: writes as much as a large record, and removes it.
    'file.touch': writes(() => {
      sql.run('INSERT OR REPLACE INTO probe (one, bytes) VALUES (1, zeroblob(262144))');
      sql.run('DELETE FROM probe');
    }),
    // Gives free pages back to the file system; alone in its batch, since it cannot run inside a transaction.
    'file.shrink': reads(() => sql.exec('PRAGMA incremental_vacuum(2000); PRAGMA wal_checkpoint(PASSIVE)')),
  };
}
