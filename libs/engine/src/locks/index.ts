export * from './lock-entry.js';
export * from './lock-table.js';
export * from './lock-places.js';
export { lockTableIn } from './stored-locks.js';
export * from './lock-entry-of.js';
