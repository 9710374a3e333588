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

/** What came of one: it is placed, or an error says why not. */
export type Outcome = { placed: Placed } | { refused: unknown };

const tries = 100;

/**
 * Stores actions together with their places in the lock table and what remembers their requests: all or nothing, so that of many equal requests exactly
 * one becomes an action, however many accept at the same time. Those that ask at once share one change of the table, in the order in which they came.
 * @returns what came of each, in order; refusals are EdgeErrors `project-locked`, `too-many`, `idempotency-mismatch`, `unavailable`
 */
export async function placeActions(documents: Documents, placings: readonly Placing[]): Promise<Outcome[]> {
  const outcomes = new Map<Placing, Outcome>();
  for (let round = 0; round < tries + placings.length && outcomes.size < placings.length; round += 1) {
    const open = placings.filter((placing) => !outcomes.has(placing));
    for (const [placing, outcome] of await placeRound(documents, open)) outcomes.set(placing, outcome);
  }
  return placings.map((placing) => outcomes.get(placing) ?? { refused: errors.unavailable('Too many actions are being accepted at once.') });
}

/** Places as many as can go together; whoever is missing in the answer asks again. */
async function placeRound(documents: Documents, open: readonly Placing[]): Promise<[Placing, Outcome][]> {
  const stored = await documents.get<LockTableDocument>('locks', 'table');
  const befores = await Promise.allSettled(open.map((placing) => remembered(documents, placing)));
  const outcomes: [Placing, Outcome][] = [];
  const entering = new Entering(stored?.document ?? { holders: [], queue: [] });
  for (const [index, placing] of open.entries()) {
    const before = befores[index]!;
    if (before.status === 'rejected') outcomes.push([placing, { refused: before.reason }]);
    else if (before.value.placed) outcomes.push([placing, { placed: before.value.placed }]);
    else if (!entering.mayFollow(placing)) break;
    else await entering.take(placing, before.value).catch((error: unknown) => outcomes.push([placing, { refused: error }]));
  }
  if (entering.placed.length === 0 || (await documents.write(entering.writes(stored?.version ?? 0)))) return outcomes;
  return [...outcomes, ...entering.placed.map(({ placing, ...placed }): [Placing, Outcome] => [placing, { placed }])];
}

/** Those who enter in one write. */
class Entering {
  readonly placed: { placing: Placing; accepted: Accepted; document: ActionDocument }[] = [];
  private readonly own: Write[] = [];
  private readonly requests = new Set<string>();
  private changed: LockTableDocument | undefined;

  constructor(private readonly table: LockTableDocument) {}

  /** Equal requests, and those that meet another on their way, do not share a write: they must see what the others stored. */
  mayFollow({ document, key }: Placing): boolean {
    if (this.placed.length === 0) return true;
    const entry = lockEntryOf(document);
    return !this.requests.has(sameDocument(document.requestHash)) && !(key && this.requests.has(key.id)) && (entry.keys.length === 0 || admit(this.changed ?? this.table, entry).answer.state === 'held');
  }

  /** @throws EdgeError `project-locked`, `too-many` */
  async take(placing: Placing, before: Before): Promise<void> {
    const { document, lock, table } = placeInLine(this.changed ?? this.table, placing);
    const accepted = await placing.answer(document, lock);
    this.own.push({ collection: 'actions', id: document.id, document, ifVersion: 0 }, ...remember(placing, accepted, before));
    this.requests.add(sameDocument(document.requestHash));
    if (placing.key) this.requests.add(placing.key.id);
    if (table) this.changed = table;
    this.placed.push({ placing, accepted, document });
  }

  writes(tableVersion: number): Write[] {
    return this.changed ? [...this.own, { collection: 'locks', id: 'table', document: this.changed, ifVersion: tableVersion }] : this.own;
  }
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
function placeInLine(before: LockTableDocument, { document }: Placing): { document: ActionDocument; lock?: LockState; table?: LockTableDocument } {
  const entry = lockEntryOf(document);
  if (entry.keys.length === 0) return { document, ...(document.needsApproval ? {} : { lock: { state: 'held' } }) };
  const { table, answer } = admit(before, entry);
  demandPlace(document, { table: before, answer });
  const supersedes = superseded(document, { table: before, answer });
  const placed = supersedes.length > 0 ? { ...document, supersedes } : document;
  return document.needsApproval ? { document: placed } : { document: placed, lock: answer, table };
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

