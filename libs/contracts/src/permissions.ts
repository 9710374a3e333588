import type { Role } from './documents.js';

/** What a route or an act needs. One word each; `hard:*` types and everything platform-wide are the superuser's. */
export type Permission =
  | 'see' | 'restart' | 'control' | 'deploy' | 'approve' | 'set-version' | 'configure' | 'manage-hosts' | 'manage-secrets' | 'manage-grants'
  | 'run-command' | 'manage-platform' | 'hard' | 'audit' | 'signed-in';

const operator: Permission[] = ['see', 'restart', 'control'];
const deployer: Permission[] = [...operator, 'deploy', 'approve', 'set-version'];
const admin: Permission[] = [...deployer, 'configure', 'manage-hosts', 'manage-secrets', 'manage-grants', 'run-command'];

/** Role → what it may do, within the reach of its grant. */
export const roles: Record<Role, readonly Permission[]> = {
  viewer: ['see'],
  operator,
  deployer,
  admin,
  superuser: [...admin, 'manage-platform', 'hard', 'audit'],
  auditor: ['see', 'audit'],
};

/** The permission that starting an action of this type needs. */
export function permissionForType(type: string): Permission {
  if (type.startsWith('hard_')) return 'hard';
  if (type === 'restart') return 'restart';
  if (type === 'run') return 'run-command';
  return 'deploy';
}
