import { type Documents as Kinds, isObject, type Json, type JsonObject, type Kind, kinds } from '@edge/contracts';

const first = ['kind', 'space', 'name', 'title'];

/** Documents with their kinds, in the order of kinds and names, keys sorted but for the naming ones: byte-stable. */
export function exportDocuments(found: { [K in Kind]?: Kinds[K][] }): JsonObject[] {
  return kinds.flatMap((kind) => (found[kind] ?? []).map((document) => ordered({ kind, ...(document as unknown as JsonObject) })).sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)));
}

function ordered(document: JsonObject): JsonObject {
  const names = [...first.filter((name) => document[name] !== undefined), ...Object.keys(document).filter((name) => !first.includes(name) && document[name] !== undefined).sort()];
  return Object.fromEntries(names.map((name) => [name, sorted(document[name]!)]));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  return isObject(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key]!)])) : value;
}

function sortKey(document: JsonObject): string {
  return ['space', 'name', 'id'].map((field) => (typeof document[field] === 'string' ? document[field] : '')).join('\0');
}
