import { type ActionDocument, type JournalBody, type JournalRecord } from '@edge/contracts';
import { ActionFold } from '../journal/fold-action.js';
import { appendRecord } from '../journal/append-record.js';
import { buildRecord } from '../journal/build-record.js';
import type { RuntimeDeps } from './runtime-deps.js';

/** Somebody else owns the action now: stop, send nothing more. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

const firstWaitMs = 100;
const longestWaitMs = 5_000;

/** One action's journal as its owner writes it: an append either is there, or the owner learns that it is fenced. A store that is away is waited for. */
export class ActionJournal {
  readonly records: JournalRecord[] = [];
  readonly fold: ActionFold;
  private released = false;

  constructor(private readonly document: ActionDocument, private readonly writer: string, private readonly deps: RuntimeDeps) {
    this.fold = new ActionFold(document);
  }

  /** Takes in what is there already. */
  load(records: readonly JournalRecord[]): void {
    for (const record of records) this.add(record);
  }

  /** @throws Fenced */
  async append(body: JournalBody): Promise<JournalRecord> {
    const record = buildRecord(body, { action: this.document.id, head: this.records.at(-1), at: this.deps.clock.now(), writer: this.writer });
    for (let wait = firstWaitMs; ; wait = Math.min(wait * 2, longestWaitMs)) {
      if (this.released) throw new Fenced();
      try {
        if ((await appendRecord(this.deps.journal, record)) === 'fenced') throw new Fenced();
        break;
      } catch (error) {
        if (error instanceof Fenced) throw error;
        this.deps.note({ action: this.document.id, seq: record.seq, error: String(error) }, 'the journal does not take a record; trying again');
        await pause(this.deps, wait);
      }
    }
    this.add(record);
    return record;
  }

  /** The action is let go: nothing more is appended here. */
  release(): void {
    this.released = true;
  }

  private add(record: JournalRecord): void {
    this.records.push(record);
    this.fold.add(record);
  }
}

export function pause({ clock }: Pick<RuntimeDeps, 'clock'>, ms: number): Promise<void> {
  return new Promise((resolve) => clock.at(clock.now() + ms, resolve));
}
