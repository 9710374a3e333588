import { type Log, pruneActions, pruneDated } from '@edge/nest';
import type { SqliteStores } from '@edge/sqlite';

const everyMs = 3_600_000;

/** Removes, hour by hour, what is older than the retention: ended actions with their journals, consumed bus records, log lines. */
export function startRetention(stores: SqliteStores, { retentionMs, log }: { retentionMs: number; log: Log }): () => void {
  const run = () => prune(stores, retentionMs).then((removed) => log.info(removed, 'pruned what is past its retention'), (error: unknown) => log.warn({ error: String(error) }, 'pruning failed; trying again in an hour'));
  const timer = setInterval(() => void run(), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

export async function prune({ documents, journal, logIndex, prune: pruneBus }: SqliteStores, retentionMs: number): Promise<{ actions: number; others: number; records: number }> {
  const now = Date.now();
  const actions = await pruneActions({ documents, journal }, now - retentionMs);
  const others = await pruneDated(documents, { now, retentionMs });
  await logIndex.prune(now - retentionMs);
  return { actions, others, records: await pruneBus(retentionMs) };
}
