export { Calls } from './calls.js';
export type { CallsDeps } from './call-scope.js';
