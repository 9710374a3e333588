export { Acceptance, type SignalRequest } from './acceptance.js';
export * from './acceptance-deps.js';
export { noSuchHost } from './check-run.js';
export { type Hindrance, mayStart } from './may-start.js';
export { onBusSoon } from './on-bus-soon.js';
export { queueOf } from './queue-of.js';
export { writeBackVersion } from './write-back.js';
export { openWaits } from './signal-rules.js';
