import type { Statements } from './statements.js';

/** Removes lines, summaries and names of actions older than the time, at most `limit` lines; true when nothing older is left. */
export function pruneLog(sql: Statements, { beforeMs, limit }: { beforeMs: number; limit: number }): boolean {
  let left = limit;
  for (const { action } of sql.all<{ action: number }>('SELECT action FROM actions WHERE time < ? ORDER BY time', beforeMs)) {
    const lines = sql.all<{ line: number; text: string }>('SELECT line, text FROM lines WHERE action = ? LIMIT ?', action, left);
    for (const { line, text } of lines) {
      sql.run(`INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)`, line, text);
      sql.run('DELETE FROM lines WHERE line = ?', line);
    }
    left -= lines.length;
    if (left <= 0) return false;
    sql.run('DELETE FROM summary_words WHERE rowid IN (SELECT summary FROM summaries WHERE action = ?)', action);
    for (const table of ['summaries', 'commands', 'actions']) sql.run(`DELETE FROM ${table} WHERE action = ?`, action);
  }
  return true;
}
