import { type Operations, reads, writes } from './operations.js';
import type { Statements } from './statements.js';

/** The journal: the primary key is the fence. */
export function journalOperations(sql: Statements): Operations {
  return {
    'journal.append': writes(({ action, seq, record }: { action: string; seq: number; record: string }) =>
      sql.run('INSERT INTO journal (action, seq, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', action, seq, record).changes === 1),
    'journal.read': reads(({ action, from }: { action: string; from: number }) =>
      sql.all<{ record: string }>('SELECT record FROM journal WHERE action = ? AND seq >= ? ORDER BY seq', action, from).map((row) => row.record)),
    'journal.prune': writes(({ actions }: { actions: string[] }) => {
      for (const action of actions) sql.run('DELETE FROM journal WHERE action = ?', action);
    }),
  };
}
