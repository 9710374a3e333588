export { Acceptance, type SignalRequest } from './acceptance.js';
export * from './acceptance-deps.js';
export { mayStart } from './may-start.js';
export { writeBackVersion } from './write-back.js';
