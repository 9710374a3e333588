export * from './dispatcher/index.js';
