import type { Write } from '@edge/ports';
import type { LockChange, LockTableDocument, Place } from './lock-entry.js';
import { LockPlaces } from './lock-places.js';

/**
 * The lock table in the store, collection `locks`: `table` is its head and the only thing that is compared and swapped; `change-<n>` what the n-th change
 * said; `snapshot` everything up to one of them. So a change costs what it changes, not what the table holds.
 */
export interface LockHead { seq: number; folded: number }
export interface LockSnapshot { seq: number; places: Place[] }
export interface StoredChange { changes: LockChange[] }

/** So many changes lie beside the snapshot at most. */
const mostChanges = 256;

/** The head, and the whole table where an Edge before this form has left it as one document. */
export function readHead(stored: LockHead | LockTableDocument | undefined): { head: LockHead; old?: LockTableDocument } {
  if (!stored) return { head: { seq: 0, folded: 0 } };
  return 'holders' in stored ? { head: { seq: 0, folded: -mostChanges }, old: stored } : { head: stored };
}

export const changeId = (seq: number) => `change-${String(seq).padStart(12, '0')}`;

/** What brings the next change into the store, and the head afterwards. */
export function changeWrites({ head, version, places }: { head: LockHead; version: number; places: LockPlaces }): { writes: Write[]; next: LockHead } {
  const seq = head.seq + 1;
  const folds = seq - head.folded > mostChanges;
  const next = { seq, folded: folds ? seq : head.folded };
  const swap: Write = { collection: 'locks', id: 'table', document: next, ifVersion: version };
  const change: StoredChange = { changes: places.drafted() };
  if (!folds) return { next, writes: [swap, { collection: 'locks', id: changeId(seq), document: change, ifVersion: 0 }] };
  const snapshot: LockSnapshot = { seq, places: places.all() };
  const folded = Array.from({ length: Math.max(0, head.seq - Math.max(0, head.folded)) }, (_, n): Write => ({ collection: 'locks', id: changeId(Math.max(0, head.folded) + n + 1), document: null }));
  return { next, writes: [swap, { collection: 'locks', id: 'snapshot', document: snapshot }, ...folded] };
}

export function placesOf({ places = [], old, changes = [] }: { places?: Place[] | undefined; old?: LockTableDocument | undefined; changes?: StoredChange[] }): LockPlaces {
  const found = new LockPlaces();
  for (const entry of old?.holders ?? []) found.apply({ action: entry.action, place: { entry } });
  for (const [index, entry] of (old?.queue ?? []).entries()) found.apply({ action: entry.action, place: { entry, ticket: index + 1 } });
  for (const place of places) found.apply({ action: place.entry.action, place });
  for (const change of changes.flatMap((stored) => stored.changes)) found.apply(change);
  return found;
}

/** The table out of documents that do not change meanwhile. */
export function lockTableIn(get: <T>(id: string) => T | undefined): LockTableDocument {
  const { head, old } = readHead(get<LockHead>('table'));
  const snapshot = get<LockSnapshot>('snapshot');
  const from = snapshot?.seq ?? 0;
  const changes = Array.from({ length: Math.max(0, head.seq - from) }, (_, n) => get<StoredChange>(changeId(from + n + 1))!);
  return placesOf({ old, places: snapshot?.places, changes }).table();
}
