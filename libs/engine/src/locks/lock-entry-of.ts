import type { ActionDocument } from '@edge/contracts';
import type { LockEntry } from './lock-entry.js';

/** What an action locks: its project and its hosts. Free commands (type `run` of no project) lock nothing. */
export function lockEntryOf(document: ActionDocument): LockEntry {
  const { id, space, project, hosts } = document;
  const keys = project === '-' ? [] : [`project:${space}/${project}`, ...hosts.map((host) => `host:${host}`)];
  return { action: id, space, keys };
}
