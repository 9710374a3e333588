export * from './bus/index.js';
export * from './http/index.js';
export * from './log/index.js';
export * from './openapi/open-api.js';
export * from './openapi/async-api.js';
export * from './rim/metrics.js';
export * from './rim/readiness.js';
export * from './settings/index.js';
