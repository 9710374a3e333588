import { type ActionDocument, topics } from '@edge/contracts';
import type { Collection, Documents, Journal } from '@edge/ports';
import type { Log } from '../log/log.js';
import * as setting from '../settings/settings.js';

export const retentionSettings = { retention: setting.duration('EDGE_RETENTION', { about: 'how long ended actions and their log lines are kept', fallback: 30 * 86_400_000, example: '30d' }) };

const everyMs = 3_600_000;
const pageSize = 200;

/** Does it now and hour by hour; several replicas may. A failure is told and tried again an hour later. */
export function hourly(log: Log, prune: () => Promise<object>): void {
  const run = () => prune().then((removed) => log.info(removed, 'pruned what is past its retention'), (error: unknown) => log.warn({ error: String(error) }, 'pruning failed; trying again in an hour'));
  void run();
  setInterval(() => void run(), everyMs).unref();
}

/** Removes ended actions that were accepted before, with their journals and unfinished lines; the journal first, so that a crash leaves none behind. Answers how many. */
export async function pruneActions({ documents, journal }: { documents: Documents; journal: Journal }, beforeMs: number): Promise<number> {
  const where = { 'projection.ended': true, acceptedAt: { to: new Date(beforeMs).toISOString() } };
  for (let pruned = 0; ; ) {
    const old = await documents.find<ActionDocument>('actions', { where, limit: pageSize });
    if (old.length === 0) return pruned;
    const ids = old.map(({ id }) => id);
    await journal.prune(ids);
    const tails = await documents.find('line-tails', { where: { action: { in: ids } }, limit: pageSize * 100 });
    for (const { id } of tails) await documents.write([{ collection: 'line-tails', id, document: null }]);
    for (const id of ids) await documents.write([{ collection: 'actions', id, document: null }]);
    pruned += ids.length;
  }
}

/** What is only for looking back, with how long it is kept at least: an event that the bus may bring again must still be known, a dead letter must be there while it could be sent again. Of executors the last report is kept. */
const dated: { collection: Collection; atLeastMs: number }[] = [
  { collection: 'requests', atLeastMs: topics.requests.retentionMs + 86_400_000 },
  { collection: 'dead-letters', atLeastMs: topics.dlq.retentionMs },
  { collection: 'executors', atLeastMs: 0 },
  { collection: 'verdicts', atLeastMs: 90 * 86_400_000 },
];

/** Removes events of other services and dead letters that came before. Answers how many. */
export async function pruneDated(documents: Documents, { now, retentionMs }: { now: number; retentionMs: number }): Promise<number> {
  let pruned = 0;
  for (const { collection, atLeastMs } of dated) {
    const where = { at: { to: new Date(now - Math.max(retentionMs, atLeastMs)).toISOString() } };
    for (let old = await documents.find(collection, { where, limit: pageSize }); old.length > 0; old = await documents.find(collection, { where, limit: pageSize })) {
      for (const { id } of old) await documents.write([{ collection, id, document: null }]);
      pruned += old.length;
    }
  }
  return pruned;
}
