// A world in memory: virtual time, journal, documents, bus, scripts in process. The ports' contracts hold for each.
export * from './dice.js';
export * from './fixed-config.js';
export * from './in-process-scripts.js';
export * from './memory-bus.js';
export * from './memory-documents.js';
export * from './memory-journal.js';
export * from './runtime-stage.js';
export * from './scheduler.js';
export * from './shared-keyring.js';
export * from './virtual-clock.js';
