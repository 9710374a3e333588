import { Documents, type Query, type Versioned, type Write } from '@edge/ports';
import type { DocumentRow } from './protocol.js';
import type { SqliteThread } from './sqlite-thread.js';

/** Documents in edge.db. */
export class SqliteDocuments extends Documents {
  constructor(private readonly thread: SqliteThread) {
    super();
  }

  override async get<T>(collection: string, id: string): Promise<Versioned<T> | undefined> {
    const row = await this.thread.call<DocumentRow | undefined>('documents.get', { collection, id });
    return row && versioned<T>(row);
  }

  override async write(writes: Write[]): Promise<Write | undefined> {
    const rows = writes.map(({ document, ...write }) => ({ ...write, body: document === null ? null : JSON.stringify(document) }));
    const refused = await this.thread.call<number>('documents.write', { rows });
    return writes[refused];
  }

  override async find<T>(collection: string, query: Query): Promise<Versioned<T>[]> {
    const rows = await this.thread.call<DocumentRow[]>('documents.find', { collection, query });
    return rows.map((row) => versioned<T>(row));
  }

  override health(): Promise<{ ok: boolean; detail: string }> {
    return this.thread.health();
  }

  /** Nothing of its own to close: `openSqlite` answers the function that closes the file. */
  override async close(): Promise<void> {}
}

const versioned = <T>({ id, version, body }: DocumentRow): Versioned<T> => ({ id, version, document: JSON.parse(body) as T });
