export { HttpAccess } from './http-access.js';
export { HttpAudit } from './http-audit.js';
export { HttpConfigReader } from './http-config-reader.js';
export { HttpSecrets } from './http-secrets.js';
export { NodeNetwork } from './node-network.js';
export { ServiceClient, type ServiceOptions } from './service-client.js';
