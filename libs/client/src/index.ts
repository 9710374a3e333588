export { EdgeClient, type Answer, type CallOptions, type ClientOptions } from './edge-client.js';
export { parseEvents, type ServerEvent } from './parse-events.js';
export { EdgeProblem, EdgeUnreachable } from './problems.js';
