import type { DocumentRow } from './protocol.js';

/** Of text; parsed it takes a few times as much. */
const mostChars = 8_000_000;
const mostCharsEach = 1_000_000;
const mostFinds = 500;

/** So many others may come in before a use is worth noting. */
const oftenUsed = 500;

/** The largest of all, only ever added to and listed: it would drive out what is asked for. */
const neverAskedById = 'audit';

interface Known { row: DocumentRow | undefined; usedAt: number }
interface Collection { stamp: number; writing: number; finds: Map<string, DocumentRow[]> }

/** A row that is about to be written. */
export interface Written { collection: string; id: string; body: string | null; ifVersion?: number }

/**
 * What was read or written lately, as text. The file belongs to one thread of this process alone, so whoever writes passes here: what is kept is what is
 * stored. While a write is under way its documents are not known, and what was read beside it is not kept.
 */
export class DocumentCache {
  private readonly rows = new Map<string, Known>();
  private readonly writing = new Map<string, number>();
  private readonly collections = new Map<string, Collection>();
  private chars = 0;
  /** Rises with every row that comes in. */
  private turn = 0;

  known(collection: string, id: string): Known | undefined {
    const key = keyOf(collection, id);
    const found = this.rows.get(key);
    if (!found || this.turn - found.usedAt < oftenUsed) return found;
    found.usedAt = this.turn;
    this.rows.delete(key);
    this.rows.set(key, found); // the newest last
    return found;
  }

  knownFind(collection: string, query: string): DocumentRow[] | undefined {
    return this.of(collection).finds.get(query);
  }

  /** To be taken before reading: `keep…` with it keeps only what no write can have changed since. */
  stamp(collection: string): number {
    return this.of(collection).stamp;
  }

  keep(collection: string, id: string, { row, stamp }: { row: DocumentRow | undefined; stamp: number }): void {
    const { stamp: now, writing } = this.of(collection);
    if (now === stamp && writing === 0) this.put(keyOf(collection, id), row);
  }

  keepFind(collection: string, query: string, { rows, stamp }: { rows: DocumentRow[]; stamp: number }): void {
    const { stamp: now, writing, finds } = this.of(collection);
    if (now !== stamp || writing > 0 || rows.length > 100) return;
    if (finds.size >= mostFinds) finds.clear();
    finds.set(query, rows);
  }

  begin(rows: readonly Written[]): void {
    for (const { collection, id } of rows) {
      const key = keyOf(collection, id);
      this.touch(collection, 1);
      this.writing.set(key, (this.writing.get(key) ?? 0) + 1);
      this.drop(key);
    }
  }

  /** `stored`: all of it is in the file. */
  end(rows: readonly Written[], { stored }: { stored: boolean }): void {
    const keys = rows.map(({ collection, id }) => keyOf(collection, id));
    const times = rows.length > 1 ? timesOf(keys) : undefined;
    for (const [place, row] of rows.entries()) {
      const key = keys[place]!;
      const others = this.writing.get(key)! - 1;
      this.touch(row.collection, -1);
      if (others > 0) this.writing.set(key, others);
      else this.writing.delete(key);
      if (!stored || others > 0 || row.collection === neverAskedById) continue;
      if (row.body === null) this.put(key, undefined);
      else if (row.ifVersion !== undefined && (times?.get(key) ?? 1) === 1) this.put(key, { id: row.id, version: row.ifVersion + 1, body: row.body });
    }
  }

  private touch(name: string, by: 1 | -1): void {
    const collection = this.of(name);
    collection.stamp += 1;
    collection.writing += by;
    if (collection.finds.size > 0) collection.finds.clear();
  }

  private of(name: string): Collection {
    let found = this.collections.get(name);
    if (!found) this.collections.set(name, (found = { stamp: 0, writing: 0, finds: new Map() }));
    return found;
  }

  private put(key: string, row: DocumentRow | undefined): void {
    this.drop(key);
    const size = sizeOf(row);
    if (size > mostCharsEach) return;
    this.turn += 1;
    this.rows.set(key, { row, usedAt: this.turn });
    this.chars += size;
    if (this.chars > mostChars) this.dropOldest();
  }

  private dropOldest(): void {
    for (const oldest of this.rows.keys()) {
      this.drop(oldest);
      if (this.chars <= mostChars) return;
    }
  }

  private drop(key: string): void {
    const found = this.rows.get(key);
    if (!found) return;
    this.rows.delete(key);
    this.chars -= sizeOf(found.row);
  }
}

function timesOf(keys: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
  return times;
}

const keyOf = (collection: string, id: string) => `${collection}/${id}`;
const sizeOf = (row: DocumentRow | undefined) => 200 + (row?.body.length ?? 0);
