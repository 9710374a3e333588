export { succeeding } from './record-version.js';
export * from './runtime-deps.js';
export * from './runtime.js';
export { ReplayMismatch, ScriptDrive } from './script-drive.js';
