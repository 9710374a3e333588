import type { Statements } from './statements.js';

/**
 * Removes records that every reader of their partition has committed and that are older than their topic keeps them (or than `retentionMs`, if that is
 * less), at most `limit` of them; answers how many. Readers that nobody has been for the whole retention are forgotten first, or an abandoned group
 * would hold the disk for ever; those in `reading` are in use right now.
 */
export function pruneRecords(sql: Statements, { retentionMs, reading, limit }: { retentionMs: number; reading: string[]; limit: number }): number {
  const now = Date.now();
  sql.run('DELETE FROM positions WHERE seen_at < ? AND reader NOT IN (SELECT value FROM json_each(?))', now - retentionMs, JSON.stringify(reading));
  const partitions = sql.all<{ topic: number; partition: number; keep: number; committed: number | null }>(`
    SELECT r.topic, r.partition, min(t.retention_ms, ?) AS keep, (SELECT min(p.next) FROM positions p WHERE p.topic = r.topic AND p.partition = r.partition) AS committed
    FROM (SELECT DISTINCT topic, partition FROM records) r JOIN topics t ON t.topic = r.topic`, retentionMs);
  let removed = 0;
  for (const { topic, partition, keep, committed } of partitions) {
    if (removed >= limit) break;
    removed += sql.run(`DELETE FROM records WHERE offset IN (
      SELECT offset FROM records WHERE topic = ? AND partition = ? AND offset < ? AND at <= ? ORDER BY offset LIMIT ?)`,
    topic, partition, committed ?? Number.MAX_SAFE_INTEGER, now - keep, limit - removed).changes;
  }
  return removed;
}
