export * from './given-secrets.js';
export * as setting from './settings.js';
export type { Setting } from './settings.js';
export * from './typed-env.js';
