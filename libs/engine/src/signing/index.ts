export * from './create-keyring.js';
export * from './generate-key.js';
export * from './name-tree.js';
