import { randomUUID } from 'node:crypto';
import { errors } from '@edge/contracts';
import type { Write } from '@edge/ports';
import { carryOut } from './carry-out.js';
import { documentsOf, transactionsOf, type Database } from './database.js';
import { isDuplicate } from './mongo-failure.js';
import type { SettledDocuments } from './settled-documents.js';
import { contentOf } from './stored-document.js';
import type { PlannedWrite, Transaction } from './transaction.js';

/** Several writes, all or nothing. Each step is a method of its own, so that a test can stop after any of them, as a crash does. */
export class WriteTogether {
  constructor(private readonly database: Database, private readonly settled: SettledDocuments) {}

  /** Answers the first write whose version did not hold. */
  async run(writes: Write[]): Promise<Write | undefined> {
    if (new Set(writes.map(({ collection, id }) => `${collection}/${id}`)).size < writes.length) throw errors.internal('One call writes the same document twice.');
    for (;;) {
      const plan = await this.plan(writes);
      if ('refused' in plan) return plan.refused;
      if (await this.attempt(plan.writes)) return undefined;
    }
  }

  private async plan(writes: Write[]): Promise<{ refused: Write } | { writes: PlannedWrite[] }> {
    const found = await Promise.all(writes.map(({ collection, id }) => this.settled.free(collection, id)));
    const refused = writes.find(({ ifVersion }, at) => ifVersion !== undefined && ifVersion !== (found[at]?.v ?? 0));
    if (refused) return { refused };
    const planned = writes.map(({ collection, id, document }, at) => ({ collection, id, from: found[at]?.v ?? 0, content: document && contentOf(collection, document) }));
    return { writes: planned.sort((a, b) => compare(a.collection, b.collection) || compare(a.id, b.id)) };
  }

  private async attempt(writes: PlannedWrite[]): Promise<boolean> {
    const transaction = await this.begin(writes);
    try {
      const done = (await this.hold(transaction)) && (await this.commit(transaction));
      await carryOut(this.database, { ...transaction, state: done ? 'committed' : 'aborted' });
      return done;
    } catch (error) {
      await this.settled.abort(transaction._id).catch(() => false); // whoever meets its documents ends it
      throw error;
    }
  }

  async begin(writes: PlannedWrite[]): Promise<Transaction> {
    const transaction: Transaction = { _id: randomUUID(), state: 'pending', writes };
    await transactionsOf(this.database).insertOne(transaction);
    return transaction;
  }

  /** Holds its documents, all in one order, so that two never wait for each other. False: one of them has changed. */
  async hold({ _id, writes }: Transaction): Promise<boolean> {
    for (const write of writes) if (!(await this.holdOne(_id, write))) return this.notCommitted(_id);
    return true;
  }

  /** The decision. An answer that was lost is looked up: undecided becomes aborted, so afterwards it is certain. */
  async commit({ _id }: Transaction): Promise<boolean> {
    const transactions = transactionsOf(this.database);
    try {
      const { modifiedCount } = await transactions.updateOne({ _id, state: 'pending' }, { $set: { state: 'committed' } });
      return modifiedCount === 1;
    } catch (error) {
      if (await this.settled.abort(_id)) throw error;
      if ((await transactions.findOne({ _id }))?.state === 'committed') return true;
      throw error;
    }
  }

  private async notCommitted(token: string): Promise<false> {
    await this.settled.abort(token);
    return false;
  }

  private async holdOne(token: string, { collection, id, from }: PlannedWrite): Promise<boolean> {
    const documents = documentsOf(this.database, collection);
    if (from > 0) return (await documents.updateOne({ _id: id, v: from, t: '' }, { $set: { t: token } })).modifiedCount === 1;
    return documents.insertOne({ _id: id, v: 0, t: token, w: token, body: '', f: {} }).then(() => true, (error: unknown) => {
      if (isDuplicate(error)) return false;
      throw error;
    });
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
