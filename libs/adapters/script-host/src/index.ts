export { bundleScript, loadScripts, type ScriptSource } from './load-scripts.js';
export { WorkerScriptHost, type WorkerScriptHostOptions } from './worker-script-host.js';
