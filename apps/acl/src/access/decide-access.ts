import { type GrantDocument, type Permission, roles } from '@edge/contracts';
import type { AccessAnswer, AccessQuestion } from '@edge/ports';

/** A grant with the sentence's end that says where it comes from: `by the grant 4f…`. */
export interface HeldGrant extends GrantDocument { by: string }

const everywhere = new Set(['superuser', 'auditor']);
const onTypes = new Set<Permission>(['restart', 'deploy', 'hard', 'run-command', 'control', 'approve']);
const onKeys = new Set<Permission>(['set-version', 'configure']);

/** May the holder of these grants do that? Deny by default; `why` is a sentence for people. */
export function decideAccess(grants: HeldGrant[], question: AccessQuestion): AccessAnswer {
  if (question.permission === 'signed-in') return { allowed: true, why: `${question.subject} is known.` };
  const grant = grants.find((held) => covers(held, question));
  const wanted = `${question.permission}${question.type ? ` (${question.type})` : ''}${question.keys?.length ? ` of ${question.keys.join(', ')}` : ''} ${placeOf(question)}`;
  if (grant) return { allowed: true, why: `${question.subject} may ${wanted}: ${grant.role} ${placeOf(grant)} ${grant.by}.` };
  return { allowed: false, why: `No grant of ${question.subject} covers ${wanted}.` };
}

function covers(grant: HeldGrant, question: AccessQuestion): boolean {
  return roles[grant.role].includes(question.permission) && reaches(grant, question) && withinTypesAndKeys(grant, question);
}

function reaches(grant: HeldGrant, { space, project, permission }: AccessQuestion): boolean {
  if (grant.space === undefined) return everywhere.has(grant.role) && grant.project === undefined;
  if (grant.space !== space) return false;
  if (grant.project === undefined) return true;
  return grant.project === project || (permission === 'see' && project === undefined);
}

/** A grant cut to action types or configuration keys gives those and sight, and no administration. */
function withinTypesAndKeys({ types, keys }: HeldGrant, { permission, type, keys: wanted = [] }: AccessQuestion): boolean {
  if (permission === 'see') return true;
  if (onTypes.has(permission)) return types === undefined || (type !== undefined && types.includes(type));
  if (onKeys.has(permission) && (wanted.length > 0 || permission === 'set-version')) return keys === undefined || wanted.every((key) => keys.includes(key));
  return types === undefined && keys === undefined;
}

function placeOf({ space, project }: { space?: string; project?: string }): string {
  return space === undefined ? 'everywhere' : `on ${space}${project ? `/${project}` : ''}`;
}

/** Spaces that the holder sees anything of. */
export function visibleThrough(grants: HeldGrant[]): 'all' | string[] {
  const seeing = grants.filter((grant) => roles[grant.role].includes('see'));
  if (seeing.some((grant) => grant.space === undefined && everywhere.has(grant.role))) return 'all';
  return [...new Set(seeing.flatMap(({ space }) => (space === undefined ? [] : [space])))].sort();
}
