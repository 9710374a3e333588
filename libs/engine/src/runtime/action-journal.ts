import { type ActionDocument, type JournalBody, type JournalRecord } from '@edge/contracts';
import { appendRecord } from '../journal/append-record.js';
import { buildRecord } from '../journal/build-record.js';
import { ActionFold } from '../journal/fold-action.js';
import { Fenced, persistently } from './persistently.js';
import type { RuntimeDeps } from './runtime-deps.js';

const freshMs = 1_000;

/** One action's journal as its owner writes it: an append either is there, or the owner learns that it is fenced. A store that is away is waited for. */
export class ActionJournal {
  readonly records: JournalRecord[] = [];
  readonly fold: ActionFold;
  private released = false;
  /** When the last append that succeeded was begun. */
  private provenAt = -Infinity;

  constructor(private readonly document: ActionDocument, private readonly writer: string, private readonly deps: RuntimeDeps) {
    this.fold = new ActionFold(document);
  }

  /** Takes in what is there already. */
  load(records: readonly JournalRecord[]): void {
    for (const record of records) this.add(record);
  }

  /** @throws Fenced, Released; IllegalTransition before anything is written */
  async append(body: JournalBody): Promise<JournalRecord> {
    this.fold.demandLegal(body);
    const began = this.deps.clock.now();
    const record = buildRecord(body, { action: this.document.id, head: this.records.at(-1), at: this.deps.clock.now(), writer: this.writer });
    await persistently(async () => {
      if ((await appendRecord(this.deps.journal, record)) === 'fenced') throw new Fenced();
    }, { deps: this.deps, action: this.document.id, fails: 'the journal does not take a record', over: () => this.released });
    this.provenAt = began;
    this.add(record);
    return record;
  }

  /** True as long as nobody else has written: asked where the fence of the next append comes too late. What was appended a moment ago proves it, too. */
  async isOurs(): Promise<boolean> {
    if (this.deps.clock.now() - this.provenAt <= freshMs) return !this.released;
    const later = await this.deps.journal.read(this.document.id, this.records.length);
    return !this.released && later.every(({ writer }) => writer === this.writer);
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
