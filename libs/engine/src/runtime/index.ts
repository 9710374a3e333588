export * from './runtime-deps.js';
export * from './runtime.js';
