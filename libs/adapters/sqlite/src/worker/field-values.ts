import type { SQLInputValue } from 'node:sqlite';

// SQLite sorts numbers before texts before blobs, so a value keeps its type in one column. Booleans are blobs: true is not 1.
const booleans = { true: new Uint8Array([1]), false: new Uint8Array([0]) } as const;

/** A scalar as it is stored in the index; undefined for what is not indexed (objects, null). */
export function stored(value: unknown): SQLInputValue | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? booleans[`${value}`] : undefined;
}

/** The indexed values of a document at a dotted path; lists count item by item, also on the way. */
export function valuesAt(document: unknown, path: readonly string[]): SQLInputValue[] {
  const [name, ...rest] = path;
  if (Array.isArray(document)) return document.flatMap((item) => valuesAt(item, path));
  if (name === undefined) {
    const value = stored(document);
    return value === undefined ? [] : [value];
  }
  if (typeof document !== 'object' || document === null) return [];
  return valuesAt((document as Record<string, unknown>)[name], rest);
}

/** Tells values apart by type and content. */
export const identity = (value: SQLInputValue): string => (value instanceof Uint8Array ? `b${value[0]}` : JSON.stringify(value));
