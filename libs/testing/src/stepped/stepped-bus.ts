import type { BusConsumer, Consumption, DeliveredRecord, Subscription } from '@edge/ports';

/** One group on one topic, moved by hand: which partitions its member has, and which record arrives next. Commits are kept per partition. */
export class SteppedBus {
  readonly logs: DeliveredRecord[][];
  readonly committed: number[];
  readonly commits: { partition: number; offset: number }[] = [];
  owned: number[] = [];
  commitFailures = 0;
  /** Commits get no answer. */
  silent = false;
  closed = false;
  private readonly positions: number[];
  private readonly paused = new Set<number>();
  private consumer: BusConsumer | undefined;
  /** Called before a commit is taken. */
  onCommit: (partition: number, offset: number) => void = () => undefined;

  constructor(partitions: number) {
    this.logs = Array.from({ length: partitions }, () => []);
    this.committed = this.logs.map(() => 0);
    this.positions = this.logs.map(() => 0);
  }

  /** Writes a record; offsets have gaps, as on a real bus. */
  append(partition: number, record: { key: string; value: string }): DeliveredRecord {
    const log = this.logs[partition] ?? [];
    const made = { topic: 'topic', headers: {}, ...record, partition, offset: String((log.length + 1) * 3), timestampMs: 0 };
    log.push(made);
    return made;
  }

  /** A rebalance: the member has these partitions from now on and is given everything again that was not committed, of kept ones too. */
  assign(partitions: number[]): void {
    this.owned = partitions;
    this.paused.clear();
    for (const partition of partitions) this.positions[partition] = this.committed[partition] ?? 0;
    this.consumer?.assigned(partitions);
  }

  /** Partitions of which a record can arrive now. */
  ready(): number[] {
    return this.closed ? [] : this.owned.filter((partition) => !this.paused.has(partition) && this.next(partition));
  }

  deliver(partition: number): void {
    const record = this.next(partition);
    if (!record || !this.ready().includes(partition)) return;
    this.positions[partition] = Number(record.offset) + 1;
    this.consumer?.deliver(record);
  }

  /** Delivers whatever is not held back. */
  deliverAll(): void {
    for (let [partition] = this.ready(); partition !== undefined; [partition] = this.ready()) this.deliver(partition);
  }

  fail(cause: Error): void {
    this.consumer?.failed(cause);
  }

  async subscribe(_subscription: Subscription, consumer: BusConsumer): Promise<Consumption> {
    this.consumer = consumer;
    return {
      commit: (offsets) => this.commit(offsets),
      pause: (partition) => { this.paused.add(partition); },
      resume: (partition) => { this.paused.delete(partition); },
      alive: () => !this.closed,
      close: async () => { this.closed = true; },
    };
  }

  private async commit(offsets: { partition: number; offset: string }[]): Promise<void> {
    if (this.silent) await new Promise(() => undefined);
    if (this.commitFailures > 0) {
      this.commitFailures -= 1;
      throw new Error('The coordinator is away.');
    }
    for (const { partition, offset } of offsets) {
      this.onCommit(partition, Number(offset));
      this.commits.push({ partition, offset: Number(offset) });
      this.committed[partition] = Number(offset);
    }
  }

  private next(partition: number): DeliveredRecord | undefined {
    const from = this.positions[partition] ?? 0;
    return this.logs[partition]?.find((record) => Number(record.offset) >= from);
  }
}
