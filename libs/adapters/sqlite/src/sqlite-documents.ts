import { Documents, type Query, type Versioned, type Write } from '@edge/ports';
import { DocumentCache } from './document-cache.js';
import { documentOf } from './document-of.js';
import type { DocumentRow } from './protocol.js';
import type { SqliteThread } from './sqlite-thread.js';

/** Documents in edge.db. What was read lately is answered without asking its thread. */
export class SqliteDocuments extends Documents {
  private readonly cache = new DocumentCache();

  constructor(private readonly thread: SqliteThread) {
    super();
  }

  override async get<T>(collection: string, id: string): Promise<Versioned<T> | undefined> {
    const known = this.thread.alive() ? this.cache.known(collection, id) : undefined;
    const row = known ? known.row : await this.read(collection, id);
    return row && versioned<T>(row);
  }

  override async write(writes: Write[]): Promise<Write | undefined> {
    const rows = writes.map(({ document, ...write }) => ({ ...write, body: document === null ? null : JSON.stringify(document) }));
    let stored = false;
    this.cache.begin(rows);
    try {
      const refused = await this.thread.call<number>('documents.write', { rows });
      stored = refused < 0;
      return writes[refused];
    } finally {
      this.cache.end(rows, { stored });
    }
  }

  override async find<T>(collection: string, query: Query): Promise<Versioned<T>[]> {
    const asked = JSON.stringify(query);
    const known = this.thread.alive() ? this.cache.knownFind(collection, asked) : undefined;
    const rows = known ?? (await this.look(collection, query, asked));
    return rows.map((row) => versioned<T>(row));
  }

  override health(): Promise<{ ok: boolean; detail: string }> {
    return this.thread.health();
  }

  /** Nothing of its own to close: `openSqlite` answers the function that closes the file. */
  override async close(): Promise<void> {}

  private async read(collection: string, id: string): Promise<DocumentRow | undefined> {
    const stamp = this.cache.stamp(collection);
    const row = await this.thread.call<DocumentRow | undefined>('documents.get', { collection, id });
    this.cache.keep(collection, id, { row, stamp });
    return row;
  }

  private async look(collection: string, query: Query, asked: string): Promise<DocumentRow[]> {
    const stamp = this.cache.stamp(collection);
    const rows = await this.thread.call<DocumentRow[]>('documents.find', { collection, query });
    this.cache.keepFind(collection, asked, { rows, stamp });
    return rows;
  }
}

const versioned = <T>(row: DocumentRow): Versioned<T> => ({ id: row.id, version: row.version, document: documentOf(row) as T });
