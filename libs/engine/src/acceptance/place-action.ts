import { type Accepted, type ActionDocument, errors } from '@edge/contracts';
import type { Documents, Write } from '@edge/ports';
import { lockEntryOf } from '../locks/lock-entry-of.js';
import { admit, type LockEntry, type LockState, type LockTableDocument } from '../locks/lock-table.js';
import { keptKeysMs, queuedPerProject } from './acceptance-deps.js';
import { sameDocument } from './request-hash.js';

/** What the store remembers of a request: under its Idempotency-Key, and under its content. */
export interface RememberedRequest { action: string; at: number; requestHash?: string; answer?: Accepted }

export interface Placing {
  document: ActionDocument;
  /** Document of the Idempotency-Key. */
  key?: { id: string; text: string };
  allowDuplicate: boolean;
  nowMs: number;
  answer(document: ActionDocument, lock: LockState | undefined): Promise<Accepted>;
}

/** `known`: the same request was accepted before. */
export type Placed = { accepted: Accepted; document: ActionDocument } | { known: Accepted } | { duplicateOf: string };

const tries = 100;

/**
 * Stores an action together with its place in the lock table and what remembers its request: all or nothing, so that of many equal requests exactly one
 * becomes an action, however many accept at the same time.
 * @throws EdgeError `project-locked`, `too-many`, `idempotency-mismatch`
 */
export async function placeAction(documents: Documents, placing: Placing): Promise<Placed> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const before = await remembered(documents, placing);
    if (before.placed) return before.placed;
    const { document, lock, writes } = await placeInLine(documents, placing);
    const accepted = await placing.answer(document, lock);
    const refused = await documents.write([{ collection: 'actions', id: document.id, document, ifVersion: 0 }, ...writes, ...remember(placing, accepted, before)]);
    if (!refused) return { accepted, document };
  }
  throw errors.unavailable('Too many actions are being accepted at once.');
}

interface Before { placed?: Placed; keyVersion: number; sameVersion: number }

async function remembered(documents: Documents, { document, key, allowDuplicate, nowMs }: Placing): Promise<Before> {
  const [byKey, same] = await Promise.all([
    key ? documents.get<RememberedRequest>('idempotency', key.id) : undefined,
    documents.get<RememberedRequest>('idempotency', sameDocument(document.requestHash)),
  ]);
  const before = { keyVersion: byKey?.version ?? 0, sameVersion: same?.version ?? 0 };
  if (key && byKey && byKey.document.at > nowMs - keptKeysMs) return { ...before, placed: knownByKey(byKey.document, key.text, document.requestHash) };
  if (key || allowDuplicate || !same) return before;
  const other = await documents.get<ActionDocument>('actions', same.document.action);
  return other && !other.document.projection.ended ? { ...before, placed: { duplicateOf: other.id } } : before;
}

export function knownByKey({ requestHash, answer }: RememberedRequest, key: string, hash: string): Placed {
  if (requestHash !== hash || !answer) throw errors.idempotencyMismatch(key);
  return { known: answer };
}

/** A request without a key competes for its content; one with a key only leaves its trace there. */
function remember({ document, key, allowDuplicate, nowMs }: Placing, answer: Accepted, before: Before): Write[] {
  const same: RememberedRequest = { action: document.id, at: nowMs };
  const content: Write = { collection: 'idempotency', id: sameDocument(document.requestHash), document: same, ...(key || allowDuplicate ? {} : { ifVersion: before.sameVersion }) };
  if (!key) return [content];
  const byKey: RememberedRequest = { action: document.id, at: nowMs, requestHash: document.requestHash, answer };
  return [content, { collection: 'idempotency', id: key.id, document: byKey, ifVersion: before.keyVersion }];
}

/** Its place among those who hold and wait. An action that needs approval takes its place when it is approved. */
async function placeInLine(documents: Documents, { document }: Placing): Promise<{ document: ActionDocument; lock?: LockState; writes: Write[] }> {
  const entry = lockEntryOf(document);
  if (entry.keys.length === 0) return { document, writes: [], ...(document.needsApproval ? {} : { lock: { state: 'held' } }) };
  const stored = await documents.get<LockTableDocument>('locks', 'table');
  const before = stored?.document ?? { holders: [], queue: [] };
  const { table, answer } = admit(before, entry);
  demandPlace(document, { table: before, answer });
  const supersedes = superseded(document, { table: before, answer });
  const placed = supersedes.length > 0 ? { ...document, supersedes } : document;
  if (document.needsApproval) return { document: placed, writes: [] };
  return { document: placed, lock: answer, writes: [{ collection: 'locks', id: 'table', document: table, ifVersion: stored?.version ?? 0 }] };
}

interface Line { table: LockTableDocument; answer: LockState }

function demandPlace(document: ActionDocument, { table, answer }: Line): void {
  if (answer.state === 'held') return;
  const name = `${document.space}/${document.project}`;
  if (document.onBusy === 'reject') throw errors.projectLocked(name, answer.holder.space === document.space ? `action ${answer.holder.action}` : 'an action of another space');
  const waiting = table.queue.filter(({ keys }) => keys.includes(`project:${name}`)).length;
  if (waiting >= queuedPerProject) throw errors.tooMany(`${waiting} actions of ${name} are queued already.`, 60);
}

/** `supersede`: those of the same project that only wait. `cancel-and-run`: those that hold, too. */
function superseded({ space, project, onBusy }: ActionDocument, { table, answer }: Line): string[] {
  if (answer.state === 'held' || !['supersede', 'cancel-and-run'].includes(onBusy)) return [];
  const ofProject = ({ keys }: LockEntry) => keys.includes(`project:${space}/${project}`);
  const waiting = table.queue.filter(ofProject);
  return (onBusy === 'cancel-and-run' ? [...table.holders.filter(ofProject), ...waiting] : waiting).map(({ action }) => action);
}

