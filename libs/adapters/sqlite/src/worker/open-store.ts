import type { Answer, Call, StoreStats, ThreadSetup } from '../protocol.js';
import { busOperations } from './bus-operations.js';
import { DocumentIndex } from './document-index.js';
import { documentOperations } from './document-operations.js';
import { fileOperations } from './file-operations.js';
import { journalOperations } from './journal-operations.js';
import { lockFolder } from './lock-folder.js';
import { logOperations } from './log-operations.js';
import { openDatabase } from './open-database.js';
import { type Operations, reads } from './operations.js';
import { prepareFolder } from './prepare-folder.js';
import { BatchServer } from './serve-batch.js';
import { Statements } from './statements.js';

export interface Store {
  notes: string[];
  serve(calls: Call[], answer: (answers: Answer[]) => void): void;
  close(): void;
}

/** Opens the file of a thread. The thread of edge.db also holds the data directory. */
export function openStore({ kind, folder, fields, maxBytes }: ThreadSetup): Store {
  prepareFolder(folder);
  const unlock = kind === 'edge' ? lockFolder(folder) : () => undefined;
  try {
    const { database, notes } = openDatabase(folder, kind, maxBytes);
    const sql = new Statements(database);
    const { operations, undone } = kind === 'edge' ? edgeOperations(sql, fields) : logOperations(sql);
    const server = new BatchServer({ database, file: `${kind}.db`, undone, operations: { ...operations, ...fileOperations(sql), 'file.stats': reads((): StoreStats => ({ ...server.stats, bytes: sql.bytes() })) } });
    const close = () => {
      database.close();
      unlock();
    };
    return { notes, serve: (calls, answer) => server.serve(calls, answer), close };
  } catch (error) {
    unlock();
    throw error;
  }
}

function edgeOperations(sql: Statements, fields: ThreadSetup['fields']): { operations: Operations; undone: () => void } {
  const index = new DocumentIndex(sql);
  sql.exec('BEGIN IMMEDIATE');
  index.prepare(fields);
  sql.exec('COMMIT');
  return { operations: { ...documentOperations(sql, index), ...journalOperations(sql), ...busOperations(sql) }, undone: () => index.forget() };
}
