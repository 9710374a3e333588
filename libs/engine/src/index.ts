export * from './acceptance/index.js';
export * from './calls/index.js';
export * from './dispatcher/index.js';
export * from './rollout/index.js';
export * from './journal/index.js';
export * from './locks/index.js';
export * from './runtime/index.js';
export * from './signing/index.js';
