export { ElasticLogIndex } from './elastic-log-index.js';
export type { ElasticOptions } from './elastic-options.js';
