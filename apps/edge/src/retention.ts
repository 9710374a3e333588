import { type ActionDocument } from '@edge/contracts';
import type { Log } from '@edge/nest';
import type { SqliteStores } from '@edge/sqlite';

const everyMs = 3_600_000;
const pageSize = 500;

/** Removes, hour by hour, what is older than the retention: ended actions with their journals, consumed bus records, log lines. */
export function startRetention(stores: SqliteStores, { retentionMs, log }: { retentionMs: number; log: Log }): () => void {
  const run = () => prune(stores, retentionMs).then((removed) => log.info(removed, 'pruned what is past its retention'), (error: unknown) => log.warn({ error: String(error) }, 'pruning failed; trying again in an hour'));
  const timer = setInterval(() => void run(), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

export async function prune({ documents, journal, logIndex, prune: pruneBus }: SqliteStores, retentionMs: number): Promise<{ actions: number; records: number }> {
  const before = Date.now() - retentionMs;
  let actions = 0;
  for (;;) {
    const old = await documents.find<ActionDocument>('actions', { where: { 'projection.ended': true, acceptedAt: { to: new Date(before).toISOString() } }, limit: pageSize });
    if (old.length === 0) break;
    await journal.prune(old.map(({ id }) => id));
    await documents.write(old.map(({ id }) => ({ collection: 'actions', id, document: null })));
    actions += old.length;
  }
  await logIndex.prune(before);
  return { actions, records: await pruneBus(retentionMs) };
}
