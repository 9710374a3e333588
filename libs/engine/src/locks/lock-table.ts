import { errors } from '@edge/contracts';
import type { Documents, Write } from '@edge/ports';
import { InGroups } from './in-groups.js';
import type { LockEntry, LockState, LockTableDocument } from './lock-entry.js';
import { LockPlaces } from './lock-places.js';
import { changeId, changeWrites, type LockHead, type LockSnapshot, placesOf, readHead, type StoredChange } from './stored-locks.js';

const maxTries = 200;

type Decision = (places: LockPlaces) => LockState | undefined;

/** One turn at the table: decide on `places`, then store what was decided. */
export interface LockTurn {
  places: LockPlaces;
  /** Stores what was decided together with `writes`, all or nothing. False: something has changed meanwhile, nothing is stored and nothing decided. */
  store(writes: Write[]): Promise<boolean>;
}

/**
 * The lock table in the store, changed by compare-and-swap; what is asked at once changes it at once. It is kept in memory, too, and brought up to date
 * before every turn. Locks belong to actions, not to processes: nothing expires.
 */
export class LockTable {
  private readonly line = new InGroups<Decision, LockState | undefined>((decisions) => this.change(decisions));
  private places = new LockPlaces();
  private head: LockHead = { seq: 0, folded: 0 };
  private version = 0;
  private turns: Promise<unknown> = Promise.resolve();

  constructor(private readonly documents: Documents) {}

  read(): Promise<LockTableDocument> {
    return this.turn(async ({ places }) => places.table());
  }

  acquire(wanted: LockEntry): Promise<LockState> {
    return this.line.add((places) => places.admit(wanted)) as Promise<LockState>;
  }

  async release(action: string): Promise<void> {
    await this.line.add((places) => void places.free(action));
  }

  /** One after another here; whoever changes the table elsewhere is met by compare-and-swap. */
  turn<R>(work: (turn: LockTurn) => Promise<R>): Promise<R> {
    const done = this.turns.then(async () => {
      await this.catchUp();
      try {
        return await work({ places: this.places, store: (writes) => this.store(writes) });
      } finally {
        this.places.undo();
      }
    });
    this.turns = done.catch(() => undefined);
    return done;
  }

  private async change(decisions: Decision[]): Promise<(LockState | undefined)[]> {
    for (let tries = 0; tries < maxTries; tries++) {
      const answers = await this.turn(async ({ places, store }) => {
        const decided = decisions.map((decide) => decide(places));
        return (await store([])) ? decided : undefined;
      });
      if (answers) return answers;
    }
    throw changesTooFast();
  }

  private async store(own: Write[]): Promise<boolean> {
    if (this.places.drafted().length === 0) return own.length === 0 || (await this.documents.write(own)) === undefined;
    const { writes, next } = changeWrites({ head: this.head, version: this.version, places: this.places });
    if (await this.documents.write([...own, ...writes])) {
      this.places.undo();
      return false;
    }
    this.places.keep();
    this.head = next;
    this.version += 1;
    return true;
  }

  private async catchUp(): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const stored = await this.documents.get<LockHead | LockTableDocument>('locks', 'table');
      this.version = stored?.version ?? 0;
      const { head, old } = readHead(stored?.document);
      if (old) this.places = placesOf({ old });
      if (old || (await this.follow(head))) {
        this.head = head;
        return;
      }
      this.head = { seq: -1, folded: 0 }; // what is in memory leads nowhere: everything anew
    }
    throw changesTooFast();
  }

  /** False: what leads to that head was put together meanwhile; there is a newer one. */
  private async follow({ seq, folded }: LockHead): Promise<boolean> {
    if (this.head.seq < folded || this.head.seq > seq) {
      const snapshot = (await this.documents.get<LockSnapshot>('locks', 'snapshot'))?.document;
      this.places = placesOf({ places: snapshot?.places });
      this.head = { seq: snapshot?.seq ?? 0, folded: 0 };
      if (this.head.seq < folded || this.head.seq > seq) return false;
    }
    const from = this.head.seq;
    const changes = await Promise.all(Array.from({ length: seq - from }, (_, n) => this.documents.get<StoredChange>('locks', changeId(from + n + 1))));
    for (const stored of changes) {
      if (!stored) return false;
      for (const change of stored.document.changes) this.places.apply(change);
    }
    return true;
  }
}

const changesTooFast = () => errors.unavailable('The lock table changes too fast; trying again.');
