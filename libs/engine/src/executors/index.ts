export { ExecutorRoster, type ExecutorState } from './executor-roster.js';
