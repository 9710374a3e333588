import { type BusConsumer, type DeliveredRecord, type Subscription } from '@edge/ports';
import type { BusRow } from './protocol.js';
import type { SqliteThread } from './sqlite-thread.js';

const MAX_RECORDS = 500;
const MAX_BYTES = 4_000_000;

/** One member of a group: reads its partitions in order and hands records over until it is paused. */
export class BusReader {
  private readonly next = new Map<number, number>();
  private readonly paused = new Set<number>();
  /** Partitions that may hold records which were not read yet. */
  private readonly unread = new Set<number>();
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
      try {
        const { rows, more } = await this.thread.call<{ rows: BusRow[]; more: number[] }>('bus.fetch', { topic: this.subscription.topic, from, maxRecords: MAX_RECORDS, maxBytes: MAX_BYTES });
        if (generation !== this.generation) continue;
        for (const partition of more) this.unread.add(partition);
        for (const row of rows) this.hand(row, generation);
      } catch (error) {
        return this.fail(error as Error);
      }
    }
  }

  /** Hands one row over, unless its partition was paused meanwhile: then it is read again later. */
  private hand(row: BusRow, generation: number): void {
    if (this.stopped || generation !== this.generation) return;
    if (this.paused.has(row.partition)) {
      this.unread.add(row.partition);
      return;
    }
    if (row.offset < (this.next.get(row.partition) ?? Infinity)) return;
    this.next.set(row.partition, row.offset + 1);
    this.consumer.deliver(delivered(this.subscription.topic, row));
  }
}

function delivered(topic: string, { partition, offset, at, key, headers, value }: BusRow): DeliveredRecord {
  return { topic, partition, offset: String(offset), timestampMs: at, key, headers: JSON.parse(headers) as Record<string, string>, value };
}
