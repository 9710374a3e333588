export { AclModule } from './acl.module.js';
export { AclService } from './acl.service.js';
export { AuditService } from './audit/audit.service.js';
