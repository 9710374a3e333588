import { type Accepted, type ActionDocument, errors } from '@edge/contracts';
import type { Documents, Write } from '@edge/ports';
import { lockEntryOf } from '../locks/lock-entry-of.js';
import type { LockState } from '../locks/lock-entry.js';
import type { LockPlaces } from '../locks/lock-places.js';
import type { LockTable, LockTurn } from '../locks/lock-table.js';
import { keptKeysMs, queuedPerProject } from './acceptance-deps.js';
import { sameDocument } from './request-hash.js';

/** What the store remembers of a request: under its Idempotency-Key, and under its content. */
export interface RememberedRequest { action: string; at: number; requestHash?: string; answer?: Accepted }

export interface Asked {
  requestHash: string;
  /** Document of the Idempotency-Key. */
  key?: { id: string; text: string };
  allowDuplicate: boolean;
  nowMs: number;
}

export interface Placing extends Asked {
  document: ActionDocument;
  /** What was recalled while the request was checked; it is recalled anew when that has changed. */
  recalled?: Promise<Recalled>;
  answer(document: ActionDocument, lock: LockState | undefined): Promise<Accepted>;
}

/** `known`: the same request was accepted before. */
export type Placed = { accepted: Accepted; document: ActionDocument } | { known: Accepted } | { duplicateOf: string };

/** What came of one: it is placed, or an error says why not. */
export type Outcome = { placed: Placed } | { refused: unknown };

const tries = 100;

/**
 * Stores actions together with their places in the lock table and what remembers their requests: all or nothing, so that of many equal requests exactly
 * one becomes an action, however many accept at the same time. Those that ask at once share one change of the table, in the order in which they came.
 * @returns what came of each, in order; refusals are EdgeErrors `project-locked`, `too-many`, `idempotency-mismatch`, `unavailable`
 */
export async function placeActions({ documents, locks }: Stores, placings: readonly Placing[]): Promise<Outcome[]> {
  const outcomes = new Map<Placing, Outcome>();
  for (let round = 0; round < tries + placings.length && outcomes.size < placings.length; round += 1) {
    const open = placings.filter((placing) => !outcomes.has(placing));
    const befores = await Promise.all(open.map((placing) => (round === 0 && placing.recalled) || recall(documents, placing)));
    const placed = await locks.turn((turn) => placeRound(turn, open.map((placing, index) => ({ placing, before: befores[index]! }))));
    for (const [placing, outcome] of placed) outcomes.set(placing, outcome);
  }
  return placings.map((placing) => outcomes.get(placing) ?? { refused: errors.unavailable('Too many actions are being accepted at once.') });
}

interface Stores { documents: Documents; locks: LockTable }
interface Open { placing: Placing; before: Recalled }

/** Places as many as can go together; whoever is missing in the answer asks again. */
async function placeRound({ places, store }: LockTurn, open: readonly Open[]): Promise<[Placing, Outcome][]> {
  const outcomes: [Placing, Outcome][] = [];
  const entering = new Entering(places);
  for (const { placing, before } of open) {
    if (before.status === 'rejected') outcomes.push([placing, { refused: before.reason }]);
    else if (before.value.placed) outcomes.push([placing, { placed: before.value.placed }]);
    else if (!entering.mayFollow(placing)) break;
    else await entering.take(placing, before.value).catch((error: unknown) => outcomes.push([placing, { refused: error }]));
  }
  if (entering.placed.length === 0 || !(await store(entering.writes))) return outcomes;
  return [...outcomes, ...entering.placed.map(({ placing, ...placed }): [Placing, Outcome] => [placing, { placed }])];
}

/** Those who enter in one write. */
class Entering {
  readonly placed: { placing: Placing; accepted: Accepted; document: ActionDocument }[] = [];
  readonly writes: Write[] = [];
  private readonly requests = new Set<string>();

  constructor(private readonly places: LockPlaces) {}

  /** Equal requests, and those that meet another on their way, do not share a write: they must see what the others stored. */
  mayFollow({ document, key, requestHash }: Placing): boolean {
    if (this.placed.length === 0) return true;
    return !this.requests.has(sameDocument(requestHash)) && !(key && this.requests.has(key.id)) && this.places.look(lockEntryOf(document)).state === 'held';
  }

  /** @throws EdgeError `project-locked`, `too-many` */
  async take(placing: Placing, before: Before): Promise<void> {
    const { document, lock } = placeInLine(this.places, placing);
    const accepted = await placing.answer(document, lock);
    const entry = lockEntryOf(document);
    if (lock && entry.keys.length > 0) this.places.admit(entry);
    this.writes.push({ collection: 'actions', id: document.id, document, ifVersion: 0 }, ...remember(placing, accepted, before));
    this.requests.add(sameDocument(placing.requestHash));
    if (placing.key) this.requests.add(placing.key.id);
    this.placed.push({ placing, accepted, document });
  }
}

interface Before { placed?: Placed; keyVersion: number; sameVersion: number }

/** Whether the same was asked before, or why that cannot be told. */
export type Recalled = PromiseSettledResult<Before>;

/** Never rejects: it may be asked for long before anybody looks. */
export async function recall(documents: Documents, asked: Asked): Promise<Recalled> {
  const [recalled] = await Promise.allSettled([remembered(documents, asked)]);
  return recalled;
}

async function remembered(documents: Documents, { requestHash, key, allowDuplicate, nowMs }: Asked): Promise<Before> {
  const [byKey, same] = await Promise.all([
    key ? documents.get<RememberedRequest>('idempotency', key.id) : undefined,
    documents.get<RememberedRequest>('idempotency', sameDocument(requestHash)),
  ]);
  const before = { keyVersion: byKey?.version ?? 0, sameVersion: same?.version ?? 0 };
  if (key && byKey && byKey.document.at > nowMs - keptKeysMs) return { ...before, placed: knownByKey(byKey.document, key.text, requestHash) };
  if (key || allowDuplicate || !same) return before;
  const other = await openAction(documents, same.document);
  return other === undefined ? before : { ...before, placed: { duplicateOf: other } };
}

/** The action that an equal request became, as long as it has not ended. */
export async function sameAction(documents: Documents, requestHash: string): Promise<string | undefined> {
  const same = await documents.get<RememberedRequest>('idempotency', sameDocument(requestHash));
  return same && openAction(documents, same.document);
}

async function openAction(documents: Documents, { action }: RememberedRequest): Promise<string | undefined> {
  const other = await documents.get<ActionDocument>('actions', action);
  return other && !other.document.projection.ended ? other.id : undefined;
}

export function knownByKey({ requestHash, answer }: RememberedRequest, key: string, hash: string): Placed {
  if (requestHash !== hash || !answer) throw errors.idempotencyMismatch(key);
  return { known: answer };
}

/** A request without a key competes for its content; one with a key only leaves its trace there. */
function remember({ document, requestHash, key, allowDuplicate, nowMs }: Placing, answer: Accepted, before: Before): Write[] {
  const same: RememberedRequest = { action: document.id, at: nowMs };
  const content: Write = { collection: 'idempotency', id: sameDocument(requestHash), document: same, ...(key || allowDuplicate ? {} : { ifVersion: before.sameVersion }) };
  if (!key) return [content];
  const byKey: RememberedRequest = { action: document.id, at: nowMs, requestHash, answer };
  return [content, { collection: 'idempotency', id: key.id, document: byKey, ifVersion: before.keyVersion }];
}

/** Its place among those who hold and wait. An action that needs approval takes its place when it is approved. */
function placeInLine(places: LockPlaces, { document }: Placing): { document: ActionDocument; lock?: LockState } {
  const lock = places.look(lockEntryOf(document));
  if (lock.state === 'queued') demandPlace(document, places, lock);
  const supersedes = lock.state === 'queued' ? superseded(document, places) : [];
  const placed = supersedes.length > 0 ? { ...document, supersedes } : document;
  return document.needsApproval ? { document: placed } : { document: placed, lock };
}

function demandPlace({ space, project, onBusy }: ActionDocument, places: LockPlaces, { holder }: Extract<LockState, { state: 'queued' }>): void {
  const name = `${space}/${project}`;
  if (onBusy === 'reject') throw errors.projectLocked(name, holder.space === space ? `action ${holder.action}` : 'an action of another space');
  const { waiting } = places.of(`project:${name}`);
  if (waiting.length >= queuedPerProject) throw errors.tooMany(`${waiting.length} actions of ${name} are queued already.`, 60);
}

/** `supersede`: those of the same project that only wait. `cancel-and-run`: those that hold, too. */
function superseded({ space, project, onBusy }: ActionDocument, places: LockPlaces): string[] {
  if (!['supersede', 'cancel-and-run'].includes(onBusy)) return [];
  const { holding, waiting } = places.of(`project:${space}/${project}`);
  return (onBusy === 'cancel-and-run' ? [...holding, ...waiting] : waiting).map(({ action }) => action);
}
