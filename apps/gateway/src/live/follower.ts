import type { ActionDocument, JournalRecord } from '@edge/contracts';
import { factsOf } from '@edge/engine';
import type { EventStream } from './event-stream.js';
import type { OutputRing } from './output-ring.js';
import { SentOutput, type ToldOutput } from './sent-output.js';
import type { StoredOutput } from './stored-output.js';
import { encodePosition, type StreamPosition } from './stream-position.js';

/** Output that is on its way or shipped again is given this long to come in before it is looked up in the log index … */
const lateMs = 2_000;
/** … and before it counts as gone by. */
const owedMs = 30_000;

interface Beginning { from: StreamPosition; journal: JournalRecord[]; stored: StoredOutput }

/** One reader of one action: where they are, and what they are told from there. */
export class Follower {
  private readonly position: StreamPosition;
  private readonly sent: SentOutput;
  private readonly stored: StoredOutput;
  private lookedUpAt = 0;
  /** What ended before the reader came was told of when they came. */
  private excuses = false;

  /** @param journal what was written up to now */
  constructor(private readonly document: ActionDocument, private readonly stream: EventStream, { from, journal, stored }: Beginning) {
    this.position = { ...from };
    this.sent = new SentOutput(document.id, from.sent);
    this.stored = stored;
    for (const record of journal) if (record.seq <= from.seq) this.sent.pass(record, { now: Date.now(), before: true });
  }

  /** Before anything else: a ring that may lack something is told of to a reader of whom nothing is known; of others it is known what they lack. */
  async begin(ring: OutputRing): Promise<void> {
    if (!ring.after(this.position.output).gap) return;
    const fresh = this.position.seq < 0 && this.position.output === undefined;
    if (!fresh && this.position.sent) return this.sent.doubt(Date.now());
    await this.resync();
    this.sent.beginAnywhere();
    this.excuses = true;
  }

  get seq(): number {
    return this.position.seq;
  }

  async tellOutput(ring: OutputRing): Promise<void> {
    for (const { position, chunk } of ring.after(this.position.output).chunks) {
      if (this.sent.lacksBefore(chunk)) await this.resync();
      const told = this.sent.take(chunk, Date.now());
      this.position.output = position;
      await this.send(told);
    }
  }

  /** What has been owed for so long, of commands that have ended. */
  async tellStored(ms = 0): Promise<void> {
    const now = Date.now();
    const unsent = now - this.lookedUpAt < ms ? [] : this.sent.endedUnsent(now - ms);
    if (unsent.length > 0) this.lookedUpAt = now;
    for (const ended of unsent) {
      const piece = await this.stored.whole(ended).catch(() => undefined); // the index may be away
      if (piece) await this.send(this.sent.take(piece, now));
    }
  }

  async tell(records: JournalRecord[]): Promise<void> {
    for (const record of records) {
      if (record.type === 'end') await this.excuseAfter(0);
      for (const [part, fact] of factsOf(this.document, record).entries()) {
        if (record.seq < this.position.seq || (record.seq === this.position.seq && part <= this.position.part)) continue;
        this.pass(record, part);
        await this.stream.send(fact.type, fact.data, this.id());
      }
      this.pass(record, -1);
    }
    if (this.excuses) this.sent.excuse();
    this.excuses = false;
    await this.tellStored(lateMs);
    await this.excuseAfter(owedMs);
  }

  /** True while output must still come. */
  get waits(): boolean {
    return this.sent.awaits();
  }

  private async excuseAfter(ms: number): Promise<void> {
    if (this.sent.owes(Date.now() - ms)) await this.resync();
  }

  private pass(record: JournalRecord, part: number): void {
    const { seq } = this.position;
    if (record.seq > seq) this.sent.pass(record, { now: Date.now() });
    if (record.seq > seq || part > this.position.part) Object.assign(this.position, { seq: record.seq, part });
  }

  private async send(told: ToldOutput | undefined): Promise<void> {
    if (told) await this.stream.send('edge.output.appended.v1', told, this.id());
  }

  private async resync(): Promise<void> {
    this.sent.excuse();
    await this.stream.send('resync', { action: this.document.id, what: 'output' }, this.id());
  }

  private id(): string {
    const sent = this.sent.position();
    const { seq, part, output } = this.position;
    return encodePosition(this.document.id, { seq, part, ...(output === undefined ? {} : { output }), ...(sent ? { sent } : {}) });
  }
}
