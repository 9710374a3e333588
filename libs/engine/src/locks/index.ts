export * from './lock-table.js';
export * from './lock-entry-of.js';
