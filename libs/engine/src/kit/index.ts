export { rehearse } from '../plan/rehearse.js';
export { CallFailed, Cancelled } from './conversation.js';
export { checkConfiguration, describeScript } from './describe-script.js';
export { runScript, type RunSurroundings } from './run-script.js';
