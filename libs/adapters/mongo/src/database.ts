import type mongoose from 'mongoose';
import type { Transaction } from './transaction.js';
import type { StoredDocument } from './stored-document.js';

export type Database = mongoose.mongo.Db;

export interface StoredRecord { _id: string; record: string }

/** Collections of ours, each with its shape. Documents lie under the name of their collection. */
export const documentsOf = (database: Database, collection: string) => database.collection<StoredDocument>(collection);
export const transactionsOf = (database: Database) => database.collection<Transaction>('transactions');
export const journalOf = (database: Database) => database.collection<StoredRecord>('journal');
