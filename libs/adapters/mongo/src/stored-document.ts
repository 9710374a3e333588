import { errors } from '@edge/contracts';
import { collections, type Collection, type Versioned } from '@edge/ports';

export type Scalar = string | number | boolean;

/**
 * How a document lies in MongoDB. Its content is one string, because keys of users may hold "." and "$"; what is searched lies beside it.
 * `v` 0 is a place held by a transaction that has not ended: no document yet.
 */
export interface StoredDocument {
  _id: string;
  v: number;
  /** The transaction that holds it; '' for none. */
  t: string;
  /** Token of the last write, by which a writer whose answer was lost finds its own. */
  w: string;
  body: string;
  /** Indexed field → its values; "/" for "." in the names. Always lists, so that a range holds for one item. */
  f: Record<string, Scalar[]>;
}

/** Content and searchable fields of a document. MongoDB takes 16 MB; a fifth is left for what lies beside the content. */
export function contentOf(collection: string, document: object): { body: string; f: StoredDocument['f'] } {
  const body = JSON.stringify(document);
  if (Buffer.byteLength(body) > 13_000_000) throw errors.tooLarge('13 MB');
  const pairs = fieldsOf(collection).map((path) => [fieldName(path), valuesAt(document, path.split('.'))] as const);
  return { body, f: Object.fromEntries(pairs.filter(([, values]) => values.length > 0)) };
}

export function versionedOf<T>({ _id, v, body }: StoredDocument): Versioned<T> {
  return { id: _id, version: v, document: JSON.parse(body) as T };
}

export function fieldsOf(collection: string): readonly string[] {
  const known = collections[collection as Collection] as { fields: readonly string[] } | undefined;
  if (!known) throw errors.internal(`There is no collection ${collection}: add it to "collections" in @edge/ports.`);
  return known.fields;
}

export const fieldName = (path: string): string => path.replaceAll('.', '/');

/** The scalars at a path; lists count item by item, also on the way. */
function valuesAt(value: unknown, [name, ...rest]: string[]): Scalar[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => valuesAt(item, name === undefined ? [] : [name, ...rest])))];
  if (name === undefined) return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return valuesAt((value as Record<string, unknown>)[name], rest);
}
