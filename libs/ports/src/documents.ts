/** A stored document with its version (from 1, +1 per write). Others may be handed the same object: it is not changed. */
export interface Versioned<T> { id: string; version: number; document: T }

/** `ifVersion`: 0 = must not exist; a number = must be at it; absent = whatever it is. `document: null` deletes. */
export interface Write { collection: string; id: string; document: object | null; ifVersion?: number }

export type Condition = string | number | boolean | { in: (string | number)[] } | { from?: string | number; to?: string | number };

export interface Query {
  /** Conditions on indexed fields (dotted paths); `from` inclusive, `to` exclusive. A field that holds a list matches if one item does. */
  where?: Record<string, Condition>;
  order?: 'asc' | 'desc';
  /** Only ids beyond this one in the order. */
  after?: string;
  limit: number;
}

/** Documents by collection and id. Reads see every acknowledged write. Collections and their indexed fields: `collections`. */
export abstract class Documents {
  abstract get<T>(collection: string, id: string): Promise<Versioned<T> | undefined>;
  /** All or nothing. Answers the first write whose `ifVersion` did not hold, or undefined when all was written. */
  abstract write(writes: Write[]): Promise<Write | undefined>;
  /** Ordered by id. */
  abstract find<T>(collection: string, query: Query): Promise<Versioned<T>[]>;
  abstract health(): Promise<{ ok: boolean; detail: string }>;
  abstract close(): Promise<void>;
}
