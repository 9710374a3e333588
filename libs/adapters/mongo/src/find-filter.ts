import { errors } from '@edge/contracts';
import type { Condition, Query } from '@edge/ports';
import { fieldName, fieldsOf } from './stored-document.js';

/** A query as a filter of MongoDB, answered by the index of one of its fields. */
export function findFilter(collection: string, { where = {}, order, after }: Query): Record<string, unknown> {
  const conditions = Object.entries(where).map(([path, condition]) => [`f.${indexed(collection, path)}`, matching(condition)]);
  const beyond = after === undefined ? {} : { _id: { [order === 'desc' ? '$lt' : '$gt']: after } };
  return { v: { $gt: 0 }, ...Object.fromEntries(conditions), ...beyond };
}

function indexed(collection: string, path: string): string {
  if (!fieldsOf(collection).includes(path)) throw errors.internal(`The field ${path} of ${collection} is not indexed: add it to "collections" in @edge/ports.`);
  return fieldName(path);
}

function matching(condition: Condition): unknown {
  if (typeof condition !== 'object') return condition;
  if ('in' in condition) return { $in: condition.in };
  const { from, to } = condition;
  if (from === undefined && to === undefined) return { $exists: true };
  return { $elemMatch: { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) } };
}
