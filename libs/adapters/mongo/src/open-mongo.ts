import mongoose from 'mongoose';
import { checkServer } from './check-server.js';
import { ensureIndexes } from './ensure-indexes.js';
import { MongoDocuments } from './mongo-documents.js';
import { mongoFailure } from './mongo-failure.js';
import { MongoJournal } from './mongo-journal.js';

export interface MongoOptions {
  /** `EDGE_MONGO_URL`; the database is the one of its path, else `edge`. */
  url: string;
  /** Uses only what MongoDB promises to keep in later versions, and fails on anything else. */
  strictApi?: boolean;
}

export interface MongoStores {
  documents: MongoDocuments;
  journal: MongoJournal;
  close(): Promise<void>;
}

/**
 * Connects and makes the indexes. Every write is acknowledged by a majority and in its journal, every read is of the primary.
 * @throws EdgeError `unavailable` with one sentence: cannot be reached, refuses the user, is too old …
 */
export async function openMongo({ url, strictApi }: MongoOptions): Promise<MongoStores> {
  const connection = mongoose.createConnection(url, { ...defaultsFor(url), ...(hasDatabase(url) ? {} : { dbName: 'edge' }), ...(strictApi ? { serverApi: { version: '1', strict: true } } : {}) });
  connection.on('error', () => undefined); // every call tells its own failure
  try {
    await connection.asPromise();
    const database = connection.getClient().db(connection.name, { writeConcern: { w: 'majority', journal: true, wtimeoutMS: 30_000 }, readPreference: 'primary', readConcern: new mongoose.mongo.ReadConcern('majority') });
    checkServer(await database.command({ hello: 1 }));
    await ensureIndexes(database);
    return { documents: new MongoDocuments(database), journal: new MongoJournal(database), close: () => connection.close() };
  } catch (error) {
    await connection.close().catch(() => undefined); // it never was open
    throw mongoFailure(error);
  }
}

/** What the URL does not say itself. */
function defaultsFor(url: string): mongoose.ConnectOptions {
  const patience = { serverSelectionTimeoutMS: 10_000, socketTimeoutMS: 30_000, connectTimeoutMS: 10_000, maxPoolSize: 50 };
  return { ...Object.fromEntries(Object.entries(patience).filter(([name]) => !url.includes(`${name}=`))), autoIndex: false, bufferCommands: false };
}

const hasDatabase = (url: string): boolean => /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(url);
