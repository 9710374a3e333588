import type { ActionDocument, ActionSnapshot, Caller } from '@edge/contracts';
import type { AcceptanceDeps } from './acceptance-deps.js';
import { signGrant } from './sign-grant.js';

/** How every reason for an approval begins. */
export const secondPerson = 'approval by a second person.';

/** What distinguishes one action from another beyond its snapshot. */
export interface NewAction extends Pick<ActionDocument, 'space' | 'project' | 'environment' | 'type' | 'countdownSeconds' | 'startWithinMs' | 'onBusy' | 'requestHash'> {
  actor: Caller;
  snapshot: ActionSnapshot;
  approvals: string[];
  user?: string | undefined;
  reason?: ActionDocument['reason'] | undefined;
  planHash?: string | undefined;
  overridesFreeze?: string | undefined;
  idempotencyKey?: string | undefined;
  retryOf?: string | undefined;
}

/** The stored action with its signed grant; unpublished until its message is on the bus. */
export function buildDocument({ approvals, user, reason, planHash, overridesFreeze, idempotencyKey, retryOf, ...rest }: NewAction, { newId, clock, keyring }: Pick<AcceptanceDeps, 'newId' | 'clock' | 'keyring'>): ActionDocument {
  const nowMs = clock.now();
  const acceptedAt = new Date(nowMs).toISOString();
  const document: Omit<ActionDocument, 'grant'> = {
    ...rest, id: newId(), acceptedAt, hosts: rest.snapshot.hosts.map(({ name }) => name), needsApproval: approvals.length > 0, unpublished: true,
    ...(approvals.length > 0 ? { approvalReason: `${secondPerson} ${approvals.join(' ')}` } : {}),
    ...(user === undefined ? {} : { user }), ...(reason === undefined ? {} : { reason }), ...(planHash === undefined ? {} : { planHash }), ...(overridesFreeze === undefined ? {} : { overridesFreeze }), ...(idempotencyKey === undefined ? {} : { idempotencyKey }), ...(retryOf === undefined ? {} : { retryOf }),
    projection: { status: 'accepted', seq: -1, at: acceptedAt, ended: false },
  };
  return { ...document, grant: signGrant(keyring, document, nowMs) };
}
