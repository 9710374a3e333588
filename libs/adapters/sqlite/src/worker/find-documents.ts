import type { SQLInputValue } from 'node:sqlite';
import type { Condition, Query } from '@edge/ports';
import type { DocumentRow } from '../protocol.js';
import type { DocumentIndex } from './document-index.js';
import { StoreFailure } from './failures.js';
import { stored } from './field-values.js';
import type { Statements } from './statements.js';

interface Part { text: string; values: SQLInputValue[] }

/**
 * Documents of a collection in the order of their ids. The first condition on one value leads: its rows lie in the order of the ids already.
 * Every other condition is one look into the index for each candidate.
 */
export function findDocuments(sql: Statements, index: DocumentIndex, { collection, query }: { collection: string; query: Query }): DocumentRow[] {
  const conditions = Object.entries(query.where ?? {}).map(([path, condition]) => ({ field: fieldOf(index, collection, path), condition }));
  const lead = conditions.find(({ condition }) => typeof condition !== 'object');
  const others = conditions.filter((condition) => condition !== lead);
  const from = lead ? leading(collection, lead) : { text: 'documents d WHERE d.collection = ?', values: [collection] };
  const parts = [from, ...others.map(exists), ...after(query)];
  const text = `SELECT d.id, d.version, d.body FROM ${parts.map((part) => part.text).join(' AND ')} ORDER BY ${lead ? 'f' : 'd'}.id ${query.order === 'desc' ? 'DESC' : 'ASC'} LIMIT ?`
    .replaceAll('$', lead ? 'f' : 'd');
  return sql.all<DocumentRow>(text, ...parts.flatMap((part) => part.values), query.limit);
}

function fieldOf(index: DocumentIndex, collection: string, path: string): number {
  const field = index.fieldOf(collection, path);
  if (field === undefined) throw new StoreFailure({ kind: 'internal', detail: `The field ${path} of ${collection} is not indexed: add it to "collections" in @edge/ports.` });
  return field;
}

interface Conditioned { field: number; condition: Condition }

const leading = (collection: string, { field, condition }: Conditioned): Part => ({
  text: 'field_values f CROSS JOIN documents d ON d.collection = ? AND d.id = f.id WHERE f.field = ? AND f.value = ?',
  values: [collection, field, stored(condition) ?? null],
});

function exists({ field, condition }: Conditioned): Part {
  const { text, values } = matching(condition);
  return { text: `EXISTS (SELECT 1 FROM field_values o WHERE o.field = ? AND o.id = $.id AND ${text})`, values: [field, ...values] };
}

function matching(condition: Condition): Part {
  if (typeof condition !== 'object') return { text: 'o.value = ?', values: [stored(condition) ?? null] };
  if ('in' in condition) return { text: `o.value IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(condition.in)] };
  const bounds: [string, string | number | undefined][] = [['>=', condition.from], ['<', condition.to]];
  const given = bounds.flatMap(([operator, bound]): Part[] => (bound === undefined ? [] : [{ text: `o.value ${operator} ?`, values: [bound] }]));
  const isText = [condition.from, condition.to].some((bound) => typeof bound === 'string');
  const types = given.length === 0 ? [] : [{ text: `typeof(o.value) ${isText ? '=' : '<>'} 'text' AND typeof(o.value) <> 'blob'`, values: [] }];
  const all = [{ text: '1', values: [] }, ...given, ...types];
  return { text: all.map((part) => part.text).join(' AND '), values: all.flatMap((part) => part.values) };
}

function after({ after: id, order }: Query): Part[] {
  return id === undefined ? [] : [{ text: `$.id ${order === 'desc' ? '<' : '>'} ?`, values: [id] }];
}
