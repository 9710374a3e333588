import type { Query } from '@edge/ports';
import type { DocumentRow } from '../protocol.js';
import type { DocumentIndex } from './document-index.js';
import { findDocuments } from './find-documents.js';
import { type Operations, reads, writes } from './operations.js';
import type { Statements } from './statements.js';

/** A write as it travels: `body` is the document's JSON, null deletes. */
export interface WriteRow { collection: string; id: string; body: string | null; ifVersion?: number }

const one = 'SELECT id, version, body FROM documents WHERE collection = ? AND id = ?';

/** Documents by collection and id, with compare-and-swap over any number of them. */
export function documentOperations(sql: Statements, index: DocumentIndex): Operations {
  return {
    'documents.get': reads(({ collection, id }: { collection: string; id: string }) => sql.get<DocumentRow>(one, collection, id)),
    'documents.find': reads((asked: { collection: string; query: Query }) => findDocuments(sql, index, asked)),
    // Answers the place of the first write that does not hold, or -1 when all was written.
    'documents.write': writes(({ rows }: { rows: WriteRow[] }) => {
      const stored = new Map(rows.map((row) => [keyOf(row), sql.get<DocumentRow>(one, row.collection, row.id)]));
      const refused = rows.findIndex((row) => row.ifVersion !== undefined && row.ifVersion !== (stored.get(keyOf(row))?.version ?? 0));
      if (refused < 0) for (const row of rows) stored.set(keyOf(row), writeOne({ sql, index }, row, stored.get(keyOf(row))));
      return refused;
    }),
  };
}

const keyOf = ({ collection, id }: WriteRow) => `${collection}/${id}`;

/** Answers what is stored then. */
function writeOne({ sql, index }: { sql: Statements; index: DocumentIndex }, { collection, id, body }: WriteRow, before: DocumentRow | undefined): DocumentRow | undefined {
  if (body === null) sql.run('DELETE FROM documents WHERE collection = ? AND id = ?', collection, id);
  else if (before) sql.run('UPDATE documents SET version = version + 1, body = ? WHERE collection = ? AND id = ?', body, collection, id);
  else sql.run('INSERT INTO documents (collection, id, version, body) VALUES (?, ?, 1, ?)', collection, id, body);
  index.update({ collection, id, before: before?.body ?? null, after: body });
  return body === null ? undefined : { id, version: (before?.version ?? 0) + 1, body };
}
