import type { JournalRecord } from '@edge/contracts';
import { Journal } from '@edge/ports';
import { journalOf, type Database } from './database.js';
import { isDuplicate, mongoFailure, withMongo } from './mongo-failure.js';
import { mongoHealth } from './mongo-health.js';

/** The journal in MongoDB. The fence is the unique `_id` "<action>/<seq>", which every collection has from its first record on. */
export class MongoJournal extends Journal {
  constructor(private readonly database: Database) {
    super();
  }

  override async append(record: JournalRecord): Promise<'appended' | 'taken'> {
    const _id = placeOf(record.action, record.seq);
    try {
      await journalOf(this.database).insertOne({ _id, record: JSON.stringify(record) });
      return 'appended';
    } catch (error) {
      if (isDuplicate(error)) return 'taken';
      return this.readBack(record, error);
    }
  }

  override async read(action: string, fromSeq = 0): Promise<JournalRecord[]> {
    const found = await withMongo(() => journalOf(this.database).find({ _id: { $gte: placeOf(action, fromSeq), $lt: endOf(action) } }).sort({ _id: 1 }).toArray());
    return found.map(({ record }) => JSON.parse(record) as JournalRecord);
  }

  override async prune(actions: string[]): Promise<void> {
    for (const action of actions) await withMongo(() => journalOf(this.database).deleteMany({ _id: { $gte: placeOf(action, 0), $lt: endOf(action) } }));
  }

  override health(): Promise<{ ok: boolean; detail: string }> {
    return mongoHealth(this.database);
  }

  /** Nothing of its own to close: `openMongo` answers the function that closes the connection. */
  override async close(): Promise<void> {}

  /** An error does not mean "not written". What lies there tells; nothing there proves nothing, since the write may still arrive: unknown. */
  private async readBack(record: JournalRecord, error: unknown): Promise<'appended' | 'taken'> {
    const there = await journalOf(this.database).findOne({ _id: placeOf(record.action, record.seq) }).catch(() => null);
    if (!there) throw mongoFailure(error);
    const { writer, hash } = JSON.parse(there.record) as JournalRecord;
    return writer === record.writer && hash === record.hash ? 'appended' : 'taken';
  }
}

/** Ten digits, so that the order of texts is the order of numbers. */
const placeOf = (action: string, seq: number): string => `${action}/${String(seq).padStart(10, '0')}`;
/** "0" is the character after "/". */
const endOf = (action: string): string => `${action}0`;
