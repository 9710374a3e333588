import { type Log, pruneActions, pruneDated } from '@edge/nest';
import type { SqliteStores } from '@edge/sqlite';

const everyMs = 3_600_000;
const busEveryMs = 60_000;

/** What every reader of the bus is done with is of no use any more; who reads streams anew reads journal and log. */
const consumedMs = 600_000;

/**
 * Removes, hour by hour, what is older than the retention: ended actions with their journals, log lines. And minute by minute what was brought over the bus
 * and is consumed, so that the store of a busy machine stays small: what one reader still lacks is kept for it, whatever its age.
 */
export function startRetention(stores: SqliteStores, { retentionMs, log }: { retentionMs: number; log: Log }): () => void {
  const run = () => prune(stores, retentionMs).then((removed) => log.info(removed, 'pruned what is past its retention'), (error: unknown) => log.warn({ error: String(error) }, 'pruning failed; trying again in an hour'));
  const timer = setInterval(() => void run(), everyMs);
  const busTimer = setInterval(() => void stores.prune(Math.min(consumedMs, retentionMs)).catch((error: unknown) => log.warn({ error: String(error) }, 'consumed records could not be pruned; trying again in a minute')), busEveryMs);
  timer.unref();
  busTimer.unref();
  return () => {
    clearInterval(timer);
    clearInterval(busTimer);
  };
}

export async function prune({ documents, journal, logIndex, prune: pruneBus }: SqliteStores, retentionMs: number): Promise<{ actions: number; others: number; records: number }> {
  const now = Date.now();
  const actions = await pruneActions({ documents, journal }, now - retentionMs);
  const others = await pruneDated(documents, { now, retentionMs });
  await logIndex.prune(now - retentionMs);
  return { actions, others, records: await pruneBus(retentionMs) };
}
