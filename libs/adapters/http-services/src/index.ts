export { HttpAccess } from './http-access.js';
export { HttpAudit } from './http-audit.js';
export { HttpConfigReader } from './http-config-reader.js';
export { HttpExecutorWatch } from './http-executor-watch.js';
export { HttpHostKeyWatch } from './http-host-key-watch.js';
export { HttpHostReach } from './http-host-reach.js';
export { HttpSecrets } from './http-secrets.js';
export { NodeNetwork } from './node-network.js';
export { ServiceClient, type ServiceOptions } from './service-client.js';
