import { frozen } from '@edge/contracts';
import type { DocumentRow } from './protocol.js';

const parsed = new WeakMap<DocumentRow, unknown>();

/** What a row says, parsed once however often it is read; frozen, because everybody who reads it is handed the same. */
export function documentOf(row: DocumentRow): unknown {
  let document = parsed.get(row);
  if (document === undefined) parsed.set(row, (document = frozen(JSON.parse(row.body) as unknown)));
  return document;
}
