import { frozen, type JournalRecord } from '@edge/contracts';
import { Journal } from '@edge/ports';

/** Journals in memory. `appendNow` is the whole of an append: the fence. What is handed out is frozen: nobody changes what is stored. */
export class MemoryJournal extends Journal {
  private readonly journals = new Map<string, JournalRecord[]>();

  override async append(record: JournalRecord): Promise<'appended' | 'taken'> {
    return this.appendNow(record);
  }

  appendNow(record: JournalRecord): 'appended' | 'taken' {
    const records = this.journals.get(record.action) ?? [];
    this.journals.set(record.action, records);
    if (records[record.seq] !== undefined) return 'taken';
    records[record.seq] = frozen(JSON.parse(JSON.stringify(record)) as JournalRecord);
    return 'appended';
  }

  override async read(action: string, fromSeq = 0): Promise<JournalRecord[]> {
    return this.readNow(action, fromSeq);
  }

  readNow(action: string, fromSeq = 0): JournalRecord[] {
    return (this.journals.get(action) ?? []).slice(fromSeq).filter((record) => record !== undefined);
  }

  actions(): string[] {
    return [...this.journals.keys()];
  }

  override async prune(actions: string[]): Promise<void> {
    for (const action of actions) this.journals.delete(action);
  }

  override async health(): Promise<{ ok: boolean; detail: string }> {
    return { ok: true, detail: 'in memory' };
  }

  override async close(): Promise<void> {
    this.journals.clear();
  }
}
