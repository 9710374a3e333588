export { ExecutorIdentity } from './executor-identity.js';
export { ExecutorModule } from './executor.module.js';
export { ExecutorService } from './executor.service.js';
