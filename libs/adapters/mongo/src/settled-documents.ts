import { setTimeout as pause } from 'node:timers/promises';
import { carryOut, release } from './carry-out.js';
import { documentsOf, transactionsOf, type Database } from './database.js';
import type { StoredDocument } from './stored-document.js';

/** How long we watch a transaction do nothing before we end it. Its owner, should it live, notices at its next change. */
const abandonedAfterMs = 3000;

/** Reads documents past the transactions of others. */
export class SettledDocuments {
  private readonly firstSeen = new Map<string, number>();
  constructor(private readonly database: Database) {}

  /** The document as a reader may see it: what is committed is carried out first, what is not decided is not there yet. */
  async visible(collection: string, id: string): Promise<StoredDocument | undefined> {
    for (;;) {
      const found = await documentsOf(this.database, collection).findOne({ _id: id });
      if (!found) return undefined;
      if (found.t !== '' && (await this.carryOutIfCommitted(found.t))) continue;
      return found.v > 0 ? found : undefined;
    }
  }

  /** The document when nobody holds it: waits for transactions to end. */
  async free(collection: string, id: string): Promise<StoredDocument | undefined> {
    for (;;) {
      const found = await documentsOf(this.database, collection).findOne({ _id: id });
      if (!found) return undefined;
      if (found.t === '') return found;
      await this.settle(collection, id, found.t);
    }
  }

  /** True if the transaction had been committed and is now done. */
  async carryOutIfCommitted(token: string): Promise<boolean> {
    const transaction = await transactionsOf(this.database).findOne({ _id: token });
    if (transaction?.state !== 'committed') return false;
    await carryOut(this.database, transaction);
    return true;
  }

  private async settle(collection: string, id: string, token: string): Promise<void> {
    const transaction = await transactionsOf(this.database).findOne({ _id: token });
    if (!transaction) await release(this.database, { collection, id, token });
    else if (transaction.state !== 'pending') await carryOut(this.database, transaction);
    else await this.waitOrEnd(token);
  }

  private async waitOrEnd(token: string): Promise<void> {
    if (!this.isAbandoned(token)) {
      await pause(5 + Math.random() * 20);
      return;
    }
    await this.abort(token);
    this.firstSeen.delete(token);
  }

  private isAbandoned(token: string): boolean {
    const now = performance.now();
    const first = this.firstSeen.get(token) ?? now;
    if (this.firstSeen.size > 1000) this.firstSeen.clear();
    this.firstSeen.set(token, first);
    return now - first > abandonedAfterMs;
  }

  /** Decides against a transaction that is still pending; the next look carries that out. */
  async abort(token: string): Promise<boolean> {
    const { modifiedCount } = await transactionsOf(this.database).updateOne({ _id: token, state: 'pending' }, { $set: { state: 'aborted' } });
    return modifiedCount === 1;
  }
}
