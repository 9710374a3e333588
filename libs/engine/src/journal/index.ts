export * from './append-record.js';
export * from './attempt-key.js';
export * from './build-record.js';
export * from './command-id.js';
export * from './facts-of.js';
export * from './fold-action.js';
