// A clock and a bus that move only when a test moves them.
export * from './direct-bus.js';
export * from './stepped-bus.js';
export * from './stepped-clock.js';
