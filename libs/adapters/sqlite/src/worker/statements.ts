import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export type Row = Record<string, SQLInputValue>;

/** Prepared statements of one connection, by their text. */
export class Statements {
  readonly database: DatabaseSync;
  private readonly prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  get<T>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.prepare(sql).get(...values) as T | undefined;
  }

  all<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.prepare(sql).all(...values) as T[];
  }

  /** Rows one by one: the reader may stop early. */
  each<T>(sql: string, ...values: SQLInputValue[]): Iterable<T> {
    return this.prepare(sql).iterate(...values) as Iterable<unknown> as Iterable<T>;
  }

  /** Answers how many rows changed and the id of the last one inserted. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastId: number } {
    const { changes, lastInsertRowid } = this.prepare(sql).run(...values);
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  exec(sql: string): void {
    this.database.exec(sql);
  }

  /** Size of the file. */
  bytes(): number {
    const { page_count: pages = 0 } = this.get<{ page_count: number }>('PRAGMA page_count') ?? {};
    const { page_size: size = 0 } = this.get<{ page_size: number }>('PRAGMA page_size') ?? {};
    return pages * size;
  }

  private prepare(sql: string): StatementSync {
    let statement = this.prepared.get(sql);
    if (!statement) this.prepared.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}
