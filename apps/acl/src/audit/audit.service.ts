import { Injectable } from '@nestjs/common';
import { type Signed } from '@edge/contracts';
import { Audit, type AuditEntry, Clock, Documents, Keyring, type Query, type Versioned, type Write } from '@edge/ports';
import { type AuditHead, chained, type ChainedEntry, chainStart, entryId, faultOf } from './audit-chain.js';

interface StoredHead { signed: Signed }
interface Waiting { entry: AuditEntry & { at: string }; done: () => void; failed: (error: unknown) => void }

const headId = 'audit-head';
const mostAtOnce = 200;

/** The hash-chained audit. What waits is written together in one transaction, with the signed head; whoever loses the race for a place reads the head anew. */
@Injectable()
export class AuditService extends Audit {
  private readonly waiting: Waiting[] = [];
  private writing = false;
  private head: AuditHead | undefined;

  constructor(private readonly documents: Documents, private readonly keyring: Keyring, private readonly clock: Clock) {
    super();
  }

  /** Resolves when the entry is durable. */
  write(entry: AuditEntry): Promise<void> {
    const at = new Date(this.clock.now()).toISOString();
    return new Promise((done, failed) => {
      this.waiting.push({ entry: { ...entry, at }, done, failed });
      void this.drain();
    });
  }

  /** Newest first; `after` is an entry's id. */
  list(query: Omit<Query, 'order'>): Promise<Versioned<ChainedEntry>[]> {
    return this.documents.find<ChainedEntry>('audit', { ...query, order: 'desc' });
  }

  /** Walks the whole chain against the signed head and against what this process itself has written. */
  async verify(): Promise<{ ok: boolean; entries: number; problem?: string }> {
    const known = this.head;
    const signed = await this.signedHead();
    if (signed === 'forged') return { ok: false, entries: 0, problem: 'The checkpoint at the end of the audit is not signed by a known key.' };
    let head = chainStart;
    for (;;) {
      const page = await this.documents.find<ChainedEntry>('audit', { limit: 1_000, ...(head.seq > 0 ? { after: entryId(head.seq) } : {}) });
      for (const { document } of page) {
        const problem = faultOf(document, head);
        if (problem) return { ok: false, entries: head.seq, problem };
        head = { seq: document.seq, hash: document.hash };
        if (document.seq === signed?.seq && document.hash !== signed.hash) return { ok: false, entries: head.seq, problem: `The audit up to entry ${head.seq} is not the one that was signed.` };
      }
      if (page.length < 1_000) break;
    }
    return { ok: true, entries: head.seq, ...cutShort(head, signed, known) };
  }

  private async drain(): Promise<void> {
    if (this.writing) return;
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, mostAtOnce);
      try {
        while (!(await this.append(batch.map(({ entry }) => entry)))) this.head = undefined;
        for (const { done } of batch) done();
      } catch (error) {
        this.head = undefined;
        for (const { failed } of batch) failed(error);
      }
    }
    this.writing = false;
  }

  /** False: another process has appended meanwhile. */
  private async append(entries: (AuditEntry & { at: string })[]): Promise<boolean> {
    let head = this.head ?? (await this.lastEntry());
    const writes: Write[] = entries.map((entry) => {
      const link = chained(entry, head);
      head = { seq: link.seq, hash: link.hash };
      return { collection: 'audit', id: entryId(link.seq), document: link, ifVersion: 0 };
    });
    const checkpoint: StoredHead = { signed: this.keyring.sign('audit', head) };
    const lost = await this.documents.write([...writes, { collection: 'system', id: headId, document: checkpoint }]);
    if (!lost) this.head = head;
    return !lost;
  }

  private async lastEntry(): Promise<AuditHead> {
    const [last] = await this.documents.find<ChainedEntry>('audit', { order: 'desc', limit: 1 });
    const signed = await this.signedHead();
    const stored = last ? { seq: last.document.seq, hash: last.document.hash } : chainStart;
    // After a cut the chain goes on behind the signed place, so that the gap stays to be found.
    return signed && signed !== 'forged' && signed.seq > stored.seq ? signed : stored;
  }

  private async signedHead(): Promise<AuditHead | 'forged' | undefined> {
    const found = await this.documents.get<StoredHead>('system', headId);
    return found && (this.keyring.verify<AuditHead>('audit', found.document.signed) ?? 'forged');
  }
}

function cutShort(head: AuditHead, ...promised: (AuditHead | undefined)[]): { ok?: false; problem?: string } {
  const furthest = Math.max(0, ...promised.map((one) => one?.seq ?? 0));
  if (head.seq < furthest) return { ok: false, problem: `The audit ends at entry ${head.seq}, but ${furthest} were written: its tail was cut.` };
  return head.seq > 0 && !promised[0] ? { ok: false, problem: 'The audit has entries but no signed checkpoint: it was removed.' } : {};
}
