import { type ActionDocument, type ActionStatus, isEnd, type JournalBody } from '@edge/contracts';
import type { ActionJournal } from './action-journal.js';
import type { ActionMemory } from './action-memory.js';
import { factRecords } from './fact-records.js';
import type { Outgoing } from './outgoing.js';

export interface WriterSurroundings {
  document: ActionDocument;
  journal: ActionJournal;
  memory: ActionMemory;
  outgoing: Outgoing;
  /** The action's status is another one now. */
  statusChanged(): void;
}

/** Appends to one action's journal and lets everybody know who goes by it: the owner's memory, lists, and with the next sending the public. */
export class JournalWriter {
  private shown: ActionStatus | undefined;

  constructor(private readonly around: WriterSurroundings) {}

  async append(body: JournalBody): Promise<void> {
    const { document, journal, memory, outgoing } = this.around;
    const record = await journal.append(body);
    memory.add(record);
    const { status } = journal.fold.view;
    if (this.shown !== status && !isEnd(status)) this.around.statusChanged();
    this.shown = status;
    outgoing.add(factRecords(document, record));
  }

  async become(to: ActionStatus, more: { reason?: string; dueAt?: number } = {}): Promise<void> {
    await this.append({ type: 'status', to, ...more });
  }
}
