export * from './assemble.js';
export * from './cluster-settings.js';
export * from './late-log-index.js';
export * from './load-balancers-by.js';
export * from './program-end.js';
export * from './read-keyring.js';
export * from './run-program.js';
export * from './until-there.js';
