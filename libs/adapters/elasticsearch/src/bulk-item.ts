import type { DetailDocument, SummaryDocument } from '@edge/contracts';
import { indexOf } from './index-names.js';

/** One document on its way: the two lines of a bulk request, ready to be sent any number of times. */
export interface BulkItem { id: string; action: string; source: string }

/** A line is made once: a second time it is there already. */
export function lineItem(prefix: string, document: DetailDocument): BulkItem | undefined {
  const index = indexOf('detail', { prefix, action: document.correlation_id, at: document.at });
  return index === undefined ? undefined : item(document, { create: { _index: index, _id: document.id, routing: document.correlation_id } });
}

/** A summary counts its own versions: an older one, or the same again, changes nothing. */
export function summaryItem(prefix: string, document: SummaryDocument): BulkItem | undefined {
  const index = indexOf('summary', { prefix, action: document.correlation_id, at: document.at });
  return index === undefined ? undefined : item(document, { index: { _index: index, _id: document.id, routing: document.correlation_id, version: document.version, version_type: 'external' } });
}

const item = (document: { id: string }, action: object): BulkItem => ({ id: document.id, action: JSON.stringify(action), source: JSON.stringify(document) });

export const maxItems = 2000;
export const maxBytes = 5_000_000;

/** Bytes of a document in a request, roughly. */
export const sizeOf = ({ source, action }: BulkItem): number => Buffer.byteLength(source) + action.length;

/** Bulks of at most 2,000 documents and 5 MB; a larger document goes alone. */
export function cutBulks(items: BulkItem[]): BulkItem[][] {
  const bulks: BulkItem[][] = [];
  let bytes = Infinity;
  for (const one of items) {
    const size = sizeOf(one);
    const current = bulks.at(-1);
    if (!current || current.length === maxItems || bytes + size > maxBytes) { bulks.push([one]); bytes = size; } else { current.push(one); bytes += size; }
  }
  return bulks;
}
