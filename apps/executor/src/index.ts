export { ExecutorIdentity } from './executor-identity.js';
export { Intake } from './intake.js';
export { ExecutorModule } from './executor.module.js';
export { ShellReach } from './shell-reach.js';
export { ExecutorService } from './executor.service.js';
