import type { JournalRecord } from '@edge/contracts';
import { Journal } from '@edge/ports';
import type { SqliteThread } from './sqlite-thread.js';

/** The journal in edge.db. A rejected append left nothing behind, unless the thread died: then read back, as the port says. */
export class SqliteJournal extends Journal {
  constructor(private readonly thread: SqliteThread) {
    super();
  }

  override async append(record: JournalRecord): Promise<'appended' | 'taken'> {
    const done = await this.thread.call<boolean>('journal.append', { action: record.action, seq: record.seq, record: JSON.stringify(record) });
    return done ? 'appended' : 'taken';
  }

  override async read(action: string, fromSeq = 0): Promise<JournalRecord[]> {
    const records = await this.thread.call<string[]>('journal.read', { action, from: fromSeq });
    return records.map((record) => JSON.parse(record) as JournalRecord);
  }

  override async prune(actions: string[]): Promise<void> {
    for (let at = 0; at < actions.length; at += 50) await this.thread.call('journal.prune', { actions: actions.slice(at, at + 50) });
  }

  override health(): Promise<{ ok: boolean; detail: string }> {
    return this.thread.health();
  }

  /** Nothing of its own to close: `openSqlite` answers the function that closes the file. */
  override async close(): Promise<void> {}
}
