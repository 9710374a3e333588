// A clock and a bus that move only when a test moves them.
export * from './stepped-bus.js';
export * from './stepped-clock.js';
