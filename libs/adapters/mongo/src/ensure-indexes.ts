import { collections } from '@edge/ports';
import { documentsOf, type Database } from './database.js';
import { fieldName } from './stored-document.js';

/**
 * Makes every index, one for each searched field of each collection, in the order of the ids. Awaited before the first write: an index that is
 * made later would not see what is written meanwhile. The fences (journal, versions, transactions) lie on `_id` and need none.
 */
export async function ensureIndexes(database: Database): Promise<void> {
  for (const [collection, { fields }] of Object.entries(collections)) {
    const wanted = fields.map((path) => ({ key: { [`f.${fieldName(path)}`]: 1 as const, _id: 1 as const }, name: `by-${path}` }));
    if (wanted.length > 0) await documentsOf(database, collection).createIndexes(wanted);
  }
}
