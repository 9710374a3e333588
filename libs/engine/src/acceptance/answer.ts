import type { Accepted, ActionDocument, ActionStatus, Waiting } from '@edge/contracts';
import type { LockState } from '../locks/lock-entry.js';

/** The answer to an accepted start. */
export function answerOf(document: ActionDocument, { lock, queue, warnings = [] }: { lock: LockState | undefined; queue?: Waiting | undefined; warnings?: string[] }): Accepted {
  const { id, project, hosts, needsApproval, approvalReason } = document;
  const versions = versionsOf(document);
  return {
    action_id: id, project, hosts: hosts.length, status: statusOf(needsApproval, lock),
    ...(Object.keys(versions).length > 0 ? { versions } : {}), ...(needsApproval ? { waiting_for: approvalReason ?? 'approval' } : {}),
    ...(queue ? { queue } : {}),
    ...(warnings.length > 0 ? { warnings } : {}), links: linksOf(id),
  };
}

function statusOf(needsApproval: boolean, lock: LockState | undefined): ActionStatus {
  if (needsApproval) return 'waiting';
  return lock?.state === 'queued' ? 'queued' : 'counting-down';
}

function versionsOf({ hosts, snapshot: { from, to, toByHost } }: ActionDocument): NonNullable<Accepted['versions']> {
  return Object.fromEntries(hosts.flatMap((host) => {
    const target = toByHost?.[host] ?? to;
    const known = { ...(from[host] === undefined ? {} : { from: from[host] }), ...(target === undefined ? {} : { to: target }) };
    return Object.keys(known).length > 0 ? [[host, known]] : [];
  }));
}

function linksOf(id: string): Record<string, string> {
  return { self: `/api/v1/actions/${id}`, console: `/actions/${id}`, events: `/api/v1/actions/${id}/events`, logs: `/api/v1/actions/${id}/logs` };
}
