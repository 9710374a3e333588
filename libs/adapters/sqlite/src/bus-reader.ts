import { type BusConsumer, type DeliveredRecord, type Subscription } from '@edge/ports';
import type { BusRow } from './protocol.js';
import type { SqliteThread } from './sqlite-thread.js';

const MAX_RECORDS = 500;
const MAX_BYTES = 500_000;

/** One member of a group: hands the records of its partitions over in order until it is paused. What it has not seen being published it reads from the file. */
export class BusReader {
  private readonly next = new Map<number, number>();
  private readonly paused = new Set<number>();
  /** Partitions that may hold records which were not read yet. */
  private readonly unread = new Set<number>();
  /** Partitions that are being read: what the answer holds is not known yet. */
  private underWay: ReadonlySet<number> = new Set();
  private generation = 0;
  private reading: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly thread: SqliteThread, readonly subscription: Subscription, private readonly consumer: BusConsumer) {}

  /** From now on these partitions are read, each from its position; kept ones go on where they are. */
  assign(positions: [partition: number, next: number][]): void {
    const kept = new Map(this.next);
    this.generation += 1;
    for (const state of [this.next, this.paused, this.unread]) state.clear();
    for (const [partition, next] of positions) this.next.set(partition, kept.get(partition) ?? next);
    this.consumer.assigned([...this.next.keys()]);
    this.wake(this.next.keys());
  }

  owned(): number[] {
    return [...this.next.keys()];
  }

  wake(partitions: Iterable<number>): void {
    for (const partition of partitions) if (this.next.has(partition)) this.unread.add(partition);
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
      if (this.readable().length > 0) this.wake([]);
    });
  }

  /** A record is in the file now: handed over as it is, if everything before it was. Records come here in the order of their offsets. */
  published(record: DeliveredRecord): void {
    const { partition } = record;
    if (this.unread.has(partition) || this.underWay.has(partition) || this.paused.has(partition)) this.wake([partition]);
    else this.hand(record, Number(record.offset));
  }

  pause(partition: number): void {
    if (this.next.has(partition)) this.paused.add(partition);
  }

  resume(partition: number): void {
    if (this.paused.delete(partition)) this.wake([partition]);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.reading;
  }

  fail(cause: Error): void {
    if (this.stopped) return;
    this.stopped = true;
    this.consumer.failed(cause);
  }

  private readable(): number[] {
    return this.stopped ? [] : [...this.unread].filter((partition) => !this.paused.has(partition));
  }

  private async read(): Promise<void> {
    for (let partitions = this.readable(); partitions.length > 0; partitions = this.readable()) {
      const generation = this.generation;
      const from = partitions.map((partition) => [partition, this.next.get(partition)]);
      for (const partition of partitions) this.unread.delete(partition);
      this.underWay = new Set(partitions);
      try {
        const { rows, more } = await this.thread.call<{ rows: BusRow[]; more: number[] }>('bus.fetch', { topic: this.subscription.topic, from, maxRecords: MAX_RECORDS, maxBytes: MAX_BYTES });
        this.underWay = new Set();
        if (generation !== this.generation) continue;
        for (const partition of more) this.unread.add(partition);
        for (const row of rows) if (generation === this.generation) this.hand(delivered(this.subscription.topic, row), row.offset);
      } catch (error) {
        return this.fail(error as Error);
      }
    }
  }

  /** Hands one record over, unless its partition was paused meanwhile: then it is read again later. */
  private hand(record: DeliveredRecord, offset: number): void {
    const { partition } = record;
    if (this.stopped) return;
    if (this.paused.has(partition)) {
      this.unread.add(partition);
      return;
    }
    if (offset < (this.next.get(partition) ?? Infinity)) return;
    this.next.set(partition, offset + 1);
    this.consumer.deliver(record);
  }
}

function delivered(topic: string, { partition, offset, at, key, headers, value }: BusRow): DeliveredRecord {
  return { topic, partition, offset: String(offset), timestampMs: at, key, headers: JSON.parse(headers) as Record<string, string>, value };
}
