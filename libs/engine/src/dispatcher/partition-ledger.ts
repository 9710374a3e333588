import type { DeliveredRecord } from '@edge/ports';

/** A record that was taken and not yet forgotten. */
export interface Entry {
  record: DeliveredRecord;
  readonly bytes: number;
  /** Aborted when the partition is lost or the drain ran out. */
  readonly abort: AbortController;
  done: boolean;
}

const NOTHING = -1n;

/** What was taken of one partition, in offset order, and where a successor would have to begin. */
export class PartitionLedger {
  private entries: Entry[] = [];
  /** Entries before this place are done. */
  private head = 0;
  private last = NOTHING;
  private committed = NOTHING;
  private held = 0;

  /** Takes a record; undefined if it was taken before (redelivered after a rebalance). */
  take(record: DeliveredRecord): Entry | undefined {
    const offset = BigInt(record.offset);
    if (offset <= this.last) return undefined;
    if (this.last === NOTHING) this.committed = offset;
    this.last = offset;
    const entry: Entry = { record, bytes: record.value.length + record.key.length, abort: new AbortController(), done: false };
    this.entries.push(entry);
    this.held += entry.bytes;
    return entry;
  }

  /** Of a record that is done only its place is kept: those before it may take long. */
  complete(entry: Entry): void {
    entry.done = true;
    entry.record = { ...entry.record, headers: {}, value: '' };
    this.held -= entry.bytes;
    while (this.entries[this.head]?.done) this.head += 1;
    if (this.head < 1024 && this.head < this.entries.length) return;
    this.entries = this.entries.slice(this.head);
    this.head = 0;
  }

  /** How many records a successor would be given again, those done among them included. */
  get span(): number {
    return this.entries.length - this.head;
  }

  /** Characters of what was taken and is not done. */
  get bytes(): number {
    return this.held;
  }

  unfinished(): Entry[] {
    return this.entries.slice(this.head).filter((entry) => !entry.done);
  }

  /** The low watermark, if it moved since the last commit: everything before it is done. */
  uncommitted(): bigint | undefined {
    const first = this.entries[this.head];
    const low = first ? BigInt(first.record.offset) : this.last + 1n;
    return low > this.committed && this.last !== NOTHING ? low : undefined;
  }

  markCommitted(low: bigint): void {
    if (low > this.committed) this.committed = low;
  }
}
