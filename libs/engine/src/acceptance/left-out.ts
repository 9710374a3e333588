import type { ActionDocument } from '@edge/contracts';
import type { Documents, Journal } from '@edge/ports';
import { foldAction } from '../journal/fold-action.js';

/** So many ended actions of the project are looked at. */
const lookedAt = 20;

/**
 * Host → pools that the last action on it took it out of and did not put it back into. Those, and only those, may be put back by the next action:
 * whoever else took a host out had a reason.
 */
export async function leftOut({ documents, journal }: { documents: Documents; journal: Pick<Journal, 'read'> }, { space, project, hosts }: { space: string; project: string; hosts: string[] }): Promise<Record<string, string[]>> {
  const open = new Set(hosts);
  const left: Record<string, string[]> = {};
  const ended = await documents.find<ActionDocument>('actions', { where: { space, project, 'projection.ended': true }, order: 'desc', limit: lookedAt });
  for (const { document } of ended) {
    const concerned = document.hosts.filter((host) => open.delete(host));
    if (concerned.length > 0) Object.assign(left, await leftBy(document, { journal, hosts: concerned }));
    if (open.size === 0) break;
  }
  return left;
}

async function leftBy(document: ActionDocument, { journal, hosts }: { journal: Pick<Journal, 'read'>; hosts: string[] }): Promise<Record<string, string[]>> {
  const before = document.snapshot.leftOut ?? {};
  if (document.projection.status === 'completed' && Object.keys(before).length === 0) return {};
  const records = await journal.read(document.id);
  const back = new Set(records.flatMap((record) => (record.type === 'schedule' ? record.steps : [])).flatMap((step) => (step.kind === 'note' && step.note.event === 'host-in' ? [`${step.note.host}/${step.note.pool}`] : [])));
  const { hosts: views } = foldAction(document, records);
  return Object.fromEntries(hosts.flatMap((host) => {
    const still = (before[host] ?? []).filter((pool) => !back.has(`${host}/${pool}`));
    const pools = [...new Set([...still, ...(views.find((view) => view.host === host)?.out_of ?? [])])];
    return pools.length > 0 ? [[host, pools]] : [];
  }));
}
