import { describe, expect, it } from '@jest/globals';
import { type GrantDocument, type Permission, type Role, roles } from '@edge/contracts';
import type { AccessQuestion } from '@edge/ports';
import fc from 'fast-check';
import { decideAccess, type HeldGrant, visibleThrough } from './decide-access.js';

const may = (grant: Partial<GrantDocument> & { role: Role }, question: Partial<AccessQuestion> & { permission: Permission }) =>
  decideAccess([{ who: 'user:asha', by: 'by a grant', ...grant }], { subject: 'user:asha', ...question }).allowed;

describe('decideAccess', () => {
  it('denies by default and says what is missing', () => {
    expect(decideAccess([], { subject: 'user:asha', permission: 'deploy', space: 'hotels', project: 'booking', type: 'deploy' })).toEqual({ allowed: false, why: 'No grant of user:asha covers deploy (deploy) on hotels/booking.' });
  });

  it('says which grant allows', () => {
    const grants: HeldGrant[] = [{ who: 'group:oncall', role: 'operator', space: 'hotels', by: 'by the grant g1' }];
    expect(decideAccess(grants, { subject: 'user:asha', permission: 'restart', space: 'hotels', project: 'booking' })).toEqual({ allowed: true, why: 'user:asha may restart on hotels/booking: operator on hotels by the grant g1.' });
  });

  it('lets a CI token set the version and nothing else', () => {
    const ci = { role: 'deployer', space: 'hotels', project: 'booking', types: ['deploy'], keys: ['version'] } as const satisfies Partial<GrantDocument>;
    const on = { space: 'hotels', project: 'booking' };
    const grant = { ...ci, types: [...ci.types], keys: [...ci.keys] };
    expect(may(grant, { permission: 'deploy', type: 'deploy', ...on })).toBe(true);
    expect(may(grant, { permission: 'deploy', type: 'rollback', ...on })).toBe(false);
    expect(may(grant, { permission: 'set-version', keys: ['version'], ...on })).toBe(true);
    expect(may(grant, { permission: 'configure', keys: ['start_command'], ...on })).toBe(false);
    expect(may({ ...grant, role: 'admin' }, { permission: 'configure', keys: ['start_command'], ...on })).toBe(false);
    expect(may({ ...grant, role: 'admin' }, { permission: 'configure', ...on })).toBe(false);
    expect(may({ ...grant, role: 'admin' }, { permission: 'manage-hosts', ...on })).toBe(false);
    expect(may(grant, { permission: 'see', space: 'hotels' })).toBe(true);
    expect(may(grant, { permission: 'see', space: 'hotels', project: 'search' })).toBe(false);
  });

  it('keeps a role without a space from reaching anything, except the two that are meant so', () => {
    expect(may({ role: 'admin' }, { permission: 'see', space: 'hotels' })).toBe(false);
    expect(may({ role: 'superuser' }, { permission: 'manage-platform' })).toBe(true);
    expect(may({ role: 'superuser', space: 'hotels' }, { permission: 'manage-platform' })).toBe(false);
    expect(may({ role: 'auditor' }, { permission: 'audit' })).toBe(true);
    expect(may({ role: 'auditor' }, { permission: 'deploy', space: 'hotels', type: 'deploy' })).toBe(false);
  });

  const spaces = fc.constantFrom('hotels', 'payments', undefined);
  const grantOf = fc.record({ role: fc.constantFrom(...(Object.keys(roles) as Role[])), space: spaces, project: fc.constantFrom('booking', undefined), types: fc.constantFrom(['deploy'], undefined), keys: fc.constantFrom(['version'], undefined) });
  const permissions = [...new Set(Object.values(roles).flat())];

  it('never gives a permission that the role has not, nor one in a foreign space', () => {
    fc.assert(fc.property(fc.array(grantOf, { maxLength: 4 }), fc.constantFrom(...permissions), spaces, (grants, permission, space) => {
      const held = grants.map((grant) => ({ who: 'user:asha', by: '', ...grant })) as HeldGrant[];
      const question = { subject: 'user:asha', permission, ...(space ? { space } : {}), type: 'deploy' };
      if (!decideAccess(held, question).allowed) return;
      expect(held.some((grant) => roles[grant.role].includes(permission) && (grant.space === space || (grant.space === undefined && ['superuser', 'auditor'].includes(grant.role))))).toBe(true);
    }));
  });

  it('sees exactly the spaces of its grants', () => {
    expect(visibleThrough([{ who: 'x', by: '', role: 'viewer', space: 'b' }, { who: 'x', by: '', role: 'admin', space: 'a', project: 'p' }])).toEqual(['a', 'b']);
    expect(visibleThrough([{ who: 'x', by: '', role: 'auditor' }])).toBe('all');
    expect(visibleThrough([{ who: 'x', by: '', role: 'admin' }])).toEqual([]);
  });
});
