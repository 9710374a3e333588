export { edgeSettings } from './env.js';
export { demoDocuments } from './demo/demo-documents.js';
export { type Fleet, hostFolder, hostNames, poolOf } from './demo/fleet.js';
