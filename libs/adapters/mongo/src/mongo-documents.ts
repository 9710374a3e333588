import { Documents, type Query, type Versioned, type Write } from '@edge/ports';
import { documentsOf, type Database } from './database.js';
import { findFilter } from './find-filter.js';
import { mongoHealth } from './mongo-health.js';
import { withMongo } from './mongo-failure.js';
import { SettledDocuments } from './settled-documents.js';
import { versionedOf, type StoredDocument } from './stored-document.js';
import { WriteAlone } from './write-alone.js';
import { WriteTogether } from './write-together.js';

/** Documents in MongoDB, one collection each. Made by `openMongo`, after its indexes. */
export class MongoDocuments extends Documents {
  private readonly settled: SettledDocuments;
  private readonly alone: WriteAlone;
  private readonly together: WriteTogether;

  constructor(private readonly database: Database) {
    super();
    this.settled = new SettledDocuments(database);
    this.alone = new WriteAlone(database, this.settled);
    this.together = new WriteTogether(database, this.settled);
  }

  override async get<T>(collection: string, id: string): Promise<Versioned<T> | undefined> {
    const found = await withMongo(() => this.settled.visible(collection, id));
    return found && versionedOf<T>(found);
  }

  override async write(writes: Write[]): Promise<Write | undefined> {
    const [first, ...others] = writes;
    if (!first) return undefined;
    return withMongo(() => (others.length === 0 ? this.alone.run(first) : this.together.run(writes)));
  }

  override async find<T>(collection: string, query: Query): Promise<Versioned<T>[]> {
    const found = await withMongo(() => this.findStored(collection, query));
    return found.map((one) => versionedOf<T>(one));
  }

  override health(): Promise<{ ok: boolean; detail: string }> {
    return mongoHealth(this.database);
  }

  /** Nothing of its own to close: `openMongo` answers the function that closes the connection. */
  override async close(): Promise<void> {}

  /** Looks again after it carried out a committed transaction that it met. */
  private async findStored(collection: string, query: Query): Promise<StoredDocument[]> {
    const found = await documentsOf(this.database, collection).find(findFilter(collection, query)).sort({ _id: query.order === 'desc' ? -1 : 1 }).limit(query.limit).toArray();
    const held = new Set(found.map(({ t }) => t).filter((token) => token !== ''));
    const done = await Promise.all([...held].map((token) => this.settled.carryOutIfCommitted(token)));
    return done.includes(true) ? this.findStored(collection, query) : found;
  }
}
