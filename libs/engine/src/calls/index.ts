export { Calls } from './calls.js';
export type { CallsDeps } from './call-scope.js';
export { verdictAddressId, type VerdictUrlDeps, verdictUrls } from './verdict-url.js';
