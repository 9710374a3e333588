import { createHash } from 'node:crypto';
import { canonicalJson, type GrantDocument } from '@edge/contracts';

/** The same holder, role and reach is the same grant: applying it again changes it, and makes no second one. */
export function grantId({ id, who, role, space, project }: GrantDocument): string {
  return id ?? createHash('sha256').update(canonicalJson({ who: who.toLowerCase(), role, space, project })).digest('hex').slice(0, 16);
}
