import { type Caller, type Documents as Kinds, errors, type Kind } from '@edge/contracts';
import type { Permits } from '@edge/nest';
import { changedKeys } from './differences.js';

/** A change that somebody asks for. `before` undefined: it is new; `after` null: it is to go. */
export interface Asked<K extends Kind = Kind> { kind: K; before: Kinds[K] | undefined; after: Kinds[K] | null; pointers: string[] }

type Demand<K extends Kind> = (asked: { before: Kinds[K] | undefined; after: Kinds[K] | null; pointers: string[] }, permits: Permits, caller: Caller) => Promise<void>;

const platform: Demand<Kind> = async (_asked, permits, caller) => permits.require(caller, { permission: 'manage-platform' });

const demands: { [K in Kind]: Demand<K> } = {
  Platform: platform,
  Environment: platform,
  Group: platform,
  Policy: platform,
  Space: async ({ before, after }, permits, caller) => (before && after ? permits.require(caller, { permission: 'manage-grants', space: before.name }) : permits.require(caller, { permission: 'manage-platform' })),
  Project: async ({ before, after, pointers }, permits, caller) => {
    const { space, name } = (after ?? before)!;
    const keys = changedKeys(pointers);
    const onlyKeys = before && after && pointers.length > 0 && pointers.every((pointer) => pointer.startsWith('/config/'));
    if (onlyKeys) await permits.requireKeys(caller, { space, project: name, keys });
    else await permits.require(caller, { permission: before && after && pointers.length === 0 ? 'see' : 'configure', space, project: name });
  },
  Host: async ({ before, after }, permits, caller) => {
    const spaces = [...new Set([...(after?.spaces ?? []), ...(before?.spaces ?? [])])];
    for (const space of spaces) if (!(await permits.may(caller, { permission: 'manage-hosts', space }))) throw errors.forbidden('manage-hosts on every space of the host');
  },
  Grant: async ({ before, after }, permits, caller) => {
    for (const grant of [before, after]) {
      if (!grant) continue;
      if (grant.space === undefined || grant.role === 'superuser' || grant.role === 'auditor') await permits.require(caller, { permission: 'manage-platform' });
      else await permits.require(caller, { permission: 'manage-grants', space: grant.space, ...(grant.project ? { project: grant.project } : {}) });
    }
  },
  Freeze: async ({ before, after }, permits, caller) => {
    for (const freeze of [before, after]) {
      if (!freeze) continue;
      const { spaces = [], environments = [] } = freeze;
      if (spaces.length === 0 || environments.length > 0) await permits.require(caller, { permission: 'manage-platform' });
      for (const space of spaces) await permits.require(caller, { permission: 'configure', space });
    }
  },
  Trigger: async ({ before, after }, permits, caller) => permits.require(caller, { permission: 'configure', space: (after ?? before)!.space }),
};

/** Passes if the caller may make the change; what it is does not matter before that. */
export function demandPermission<K extends Kind>({ kind, ...asked }: Asked<K>, permits: Permits, caller: Caller): Promise<void> {
  return (demands[kind] as Demand<K>)(asked, permits, caller);
}
