export * from './open-sqlite.js';
export { SqliteBus } from './sqlite-bus.js';
export { SqliteDocuments } from './sqlite-documents.js';
export { SqliteJournal } from './sqlite-journal.js';
export { SqliteLogIndex } from './sqlite-log-index.js';
export type { StoreStats } from './protocol.js';
export { partitionOf } from './partition-of.js';
