export * from './create-logger.js';
export * from './log.js';
export * from './nest-log.js';
