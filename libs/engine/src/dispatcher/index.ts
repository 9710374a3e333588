export * from './dispatcher-options.js';
export * from './dispatcher.js';
