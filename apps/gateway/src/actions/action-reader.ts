import { Injectable } from '@nestjs/common';
import { type ActionDocument, type ActionView, errors, type JournalRecord } from '@edge/contracts';
import { foldAction, LockTable, queueOf } from '@edge/engine';
import { Documents, Journal } from '@edge/ports';

export interface ReadAction { document: ActionDocument; records: JournalRecord[]; view: ActionView }

/** Reads an action as it is: its document and the fold of its journal, never a copy that may be late. */
@Injectable()
export class ActionReader {
  private readonly locks: LockTable;

  constructor(private readonly documents: Documents, private readonly journal: Journal) {
    this.locks = new LockTable(documents);
  }

  async document(id: string): Promise<ActionDocument> {
    const stored = await this.documents.get<ActionDocument>('actions', id);
    if (!stored) throw errors.notFound(`action ${id}`);
    return stored.document;
  }

  async read(id: string): Promise<ReadAction> {
    const document = await this.document(id);
    const records = await this.journal.read(id);
    return { document, records, view: foldAction(document, records) };
  }

  /** The action for people: where it stands in the queue, too. */
  async shown(id: string): Promise<ActionView> {
    const { document, view } = await this.read(id);
    const queue = view.status === 'queued' ? await queueOf({ documents: this.documents, locks: this.locks }, document) : undefined;
    return queue ? { ...view, queue } : view;
  }
}
