export * from './calls/index.js';
export * from './dispatcher/index.js';
export * from './rollout/index.js';
