import { collections } from '@edge/ports';
import type { StoreStats, ThreadSetup } from './protocol.js';
import { SqliteBus } from './sqlite-bus.js';
import { SqliteDocuments } from './sqlite-documents.js';
import { SqliteJournal } from './sqlite-journal.js';
import { SqliteLogIndex } from './sqlite-log-index.js';
import { SqliteThread } from './sqlite-thread.js';

/** `maxBytes` bounds edge.db and log.db each, as a quota would. */
export interface SqliteOptions { folder: string; maxBytes?: number }

export interface SqliteStores {
  bus: SqliteBus;
  documents: SqliteDocuments;
  journal: SqliteJournal;
  logIndex: SqliteLogIndex;
  /** What is worth telling of the start. */
  notes: string[];
  /** Removes bus records that every group has committed and that are older; answers how many. */
  prune(retentionMs: number): Promise<number>;
  stats(): Promise<{ edge: StoreStats; log: StoreStats }>;
  /** Ends subscriptions, answers what was asked, closes both files and frees the data directory. Safe to call twice. */
  close(): Promise<void>;
}

const PRUNE_AT_ONCE = 2000;

/**
 * The embedded stores: one data directory with `edge.db` (documents, journal, bus; what is acknowledged survives a power cut), `log.db` (log index;
 * may be deleted while Edge is stopped) and `lock.db`, which keeps a second process out and is freed by the end of the first, however it ends.
 * Each file belongs to one thread; whatever is waiting when that thread is free is committed together, so a busy store pays one disk flush for many writes
 * and an idle one answers at once. Put the directory on a local disk: SQLite cannot lock reliably on network file systems.
 *
 * The threads run `sqlite-worker.js` beside the built program, else (tests, tools) the TypeScript source; see `start-worker.ts`.
 * @throws EdgeError `unavailable` with one sentence: directory not usable, another process holds it, a newer Edge wrote it.
 */
export async function openSqlite({ folder, maxBytes }: SqliteOptions): Promise<SqliteStores> {
  const fields = Object.fromEntries(Object.entries(collections).map(([name, collection]) => [name, collection.fields]));
  const setup = (kind: ThreadSetup['kind']): ThreadSetup => ({ kind, folder, fields, ...(maxBytes ? { maxBytes } : {}) });
  const [edge, lines] = await openBoth(setup);
  const bus = await SqliteBus.open(edge);
  edge.onLost = (cause) => bus.fail(cause);
  return {
    bus, documents: new SqliteDocuments(edge), journal: new SqliteJournal(edge), logIndex: new SqliteLogIndex(lines), notes: [...edge.notes, ...lines.notes],
    prune: (retentionMs) => prune(edge, bus, retentionMs),
    stats: async () => ({ edge: await edge.stats(), log: await lines.stats() }),
    close: async () => {
      await bus.close();
      await Promise.all([edge.close(), lines.close()]);
    },
  };
}

/** Threads take as long to start as everything else: both start at once. log.db is opened by whoever holds the data directory, which is the other thread's first work. */
async function openBoth(setup: (kind: ThreadSetup['kind']) => ThreadSetup): Promise<[edge: SqliteThread, lines: SqliteThread]> {
  const [edgeThread, logThread] = [SqliteThread.start(setup('edge')), SqliteThread.start(setup('log'))];
  const edge = await edgeThread.open().catch(async (error: unknown) => {
    await logThread.end();
    throw error;
  });
  const lines = await logThread.open().catch(async (error: unknown) => {
    await edge.close();
    throw error;
  });
  return [edge, lines];
}

async function prune(edge: SqliteThread, bus: SqliteBus, retentionMs: number): Promise<number> {
  let total = 0;
  for (let removed = PRUNE_AT_ONCE; removed === PRUNE_AT_ONCE; total += removed) {
    removed = await edge.call<number>('bus.prune', { retentionMs, reading: bus.reading(), limit: PRUNE_AT_ONCE });
  }
  await edge.call('file.shrink');
  return total;
}
