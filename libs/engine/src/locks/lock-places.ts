import type { LockChange, LockEntry, LockState, LockTableDocument, Place } from './lock-entry.js';

/**
 * Who holds and who waits, in memory, found by key. What is decided is a draft until it is kept or undone, so that it may be stored in between.
 * All or nothing, first in first out over whole sets: admitted is who is in conflict with no holder and no earlier waiter.
 */
export class LockPlaces {
  private readonly places = new Map<string, Place>();
  private readonly byKey = new Map<string, Set<string>>();
  private readonly drafts: { change: LockChange; before: Place | undefined }[] = [];
  private lastTicket = 0;

  /** Asking again changes nothing: nobody loses a place by it. */
  admit(wanted: LockEntry): LockState {
    const state = this.look(wanted);
    if (state.state === 'held') this.draft({ action: wanted.action, place: { entry: wanted } });
    else if (!this.places.has(wanted.action)) this.draft({ action: wanted.action, place: { entry: wanted, ticket: this.lastTicket + 1 } });
    return state;
  }

  /** What the answer would be. */
  look(wanted: LockEntry): LockState {
    const own = this.places.get(wanted.action);
    if (own && own.ticket === undefined) return { state: 'held' };
    const inTheWay = this.others(wanted).filter(({ ticket }) => ticket === undefined || own?.ticket === undefined || ticket < own.ticket);
    const [first] = inTheWay;
    if (!first) return { state: 'held' };
    return { state: 'queued', position: inTheWay.filter(({ ticket }) => ticket !== undefined).length + 1, holder: first.entry };
  }

  /** Frees what the action holds or waits for. */
  free(action: string): void {
    if (this.places.has(action)) this.draft({ action, place: null });
  }

  waits(action: string): boolean {
    return this.places.get(action)?.ticket !== undefined;
  }

  /** Those who hold the key, then those who wait for it, in their order. */
  of(key: string): { holding: LockEntry[]; waiting: LockEntry[] } {
    const found = inOrder([...(this.byKey.get(key) ?? [])].map((action) => this.places.get(action)!));
    return { holding: found.filter(({ ticket }) => ticket === undefined).map(({ entry }) => entry), waiting: found.filter(({ ticket }) => ticket !== undefined).map(({ entry }) => entry) };
  }

  /** Everything, as it is stored. */
  all(): Place[] {
    return inOrder([...this.places.values()]);
  }

  table(): LockTableDocument {
    const all = this.all();
    return { holders: all.filter(({ ticket }) => ticket === undefined).map(({ entry }) => entry), queue: all.filter(({ ticket }) => ticket !== undefined).map(({ entry }) => entry) };
  }

  drafted(): LockChange[] {
    return this.drafts.map(({ change }) => change);
  }

  keep(): void {
    this.drafts.length = 0;
  }

  undo(): void {
    for (const { change: { action }, before } of this.drafts.toReversed()) this.apply({ action, place: before ?? null });
    this.drafts.length = 0;
  }

  apply({ action, place }: LockChange): void {
    const before = this.places.get(action);
    for (const key of before?.entry.keys ?? []) this.forget(key, action);
    this.places.delete(action);
    if (!place) return;
    this.places.set(action, place);
    this.lastTicket = Math.max(this.lastTicket, place.ticket ?? 0);
    for (const key of place.entry.keys) this.byKey.set(key, (this.byKey.get(key) ?? new Set()).add(action));
  }

  private draft(change: LockChange): void {
    const before = this.places.get(change.action);
    if (before && before.ticket === undefined && change.place) return;
    this.drafts.push({ change, before });
    this.apply(change);
  }

  private forget(key: string, action: string): void {
    const actions = this.byKey.get(key);
    actions?.delete(action);
    if (actions?.size === 0) this.byKey.delete(key);
  }

  /** Those in conflict, holders first. */
  private others(wanted: LockEntry): Place[] {
    const actions = new Set<string>();
    for (const key of wanted.keys) for (const action of this.byKey.get(key) ?? []) actions.add(action);
    actions.delete(wanted.action);
    return inOrder([...actions].map((action) => this.places.get(action)!));
  }
}

function inOrder(places: Place[]): Place[] {
  return places.length < 2 ? places : places.toSorted((one, other) => (one.ticket ?? 0) - (other.ticket ?? 0));
}
