import { type ActionDocument, type Accepted, type Waiting } from '@edge/contracts';
import type { Documents } from '@edge/ports';
import { lockEntryOf } from '../locks/lock-entry-of.js';
import type { LockState } from '../locks/lock-entry.js';
import type { LockTable } from '../locks/lock-table.js';

/** Whom a queued action waits for, now; undefined when it does not wait for locks. Of another space no more is told than that it is busy. */
export async function queueOf({ documents, locks }: { documents: Documents; locks: LockTable }, document: ActionDocument): Promise<Waiting | undefined> {
  const lock = await locks.turn(async ({ places }) => (places.waits(document.id) ? places.look(lockEntryOf(document)) : undefined));
  return waitingOf(documents, document, lock);
}

export async function waitingOf(documents: Documents, { space }: ActionDocument, lock: LockState | undefined): Promise<Accepted['queue']> {
  if (lock?.state !== 'queued') return undefined;
  const { position, holder } = lock;
  if (holder.space !== space) return { position, behind: 'busy in another space' };
  const ahead = (await documents.get<ActionDocument>('actions', holder.action))?.document;
  return { position, behind: { action_id: holder.action, project: ahead?.project ?? '', type: ahead?.type ?? '', actor: ahead?.actor.name ?? '' } };
}
