import { documentsOf, transactionsOf, type Database } from './database.js';
import type { PlannedWrite, Transaction } from './transaction.js';

/** Brings a decided transaction to its end. Safe to do twice, or by several at once: every change names the transaction it expects. */
export async function carryOut(database: Database, { _id, state, writes }: Transaction): Promise<void> {
  await Promise.all(writes.map((write) => (state === 'committed' ? apply(database, _id, write) : release(database, { collection: write.collection, id: write.id, token: _id }))));
  await transactionsOf(database).deleteOne({ _id });
}

async function apply(database: Database, token: string, { collection, id, from, content }: PlannedWrite): Promise<void> {
  const documents = documentsOf(database, collection);
  if (content === null) await documents.deleteOne({ _id: id, t: token });
  else await documents.updateOne({ _id: id, t: token }, { $set: { ...content, v: from + 1, t: '', w: token } });
}

/** Frees a document from a transaction that will not happen. */
export async function release(database: Database, { collection, id, token }: { collection: string; id: string; token: string }): Promise<void> {
  const documents = documentsOf(database, collection);
  await documents.deleteOne({ _id: id, t: token, v: 0 });
  await documents.updateOne({ _id: id, t: token }, { $set: { t: '' } });
}
