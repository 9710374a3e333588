export * from './capacity.js';
export * from './cut-stages.js';
export * from './cut-zone.js';
export * from './next-batch.js';
