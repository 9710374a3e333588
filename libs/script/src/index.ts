export * from './artifact.js';
export * from './batch.js';
export * from './context.js';
export * from './define-script.js';
export * from './file.js';
export * from './rollout-keys.js';
export * from './schemas.js';
export * from './text.js';
