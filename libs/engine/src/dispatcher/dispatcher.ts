import type { Consumption, DeliveredRecord } from '@edge/ports';
import { attemptRecord, type Ending } from './attempt-record.js';
import { COMMIT_AFTER_MS, defaultCaps, defaultRetries, type DispatchCaps, type DispatcherOptions, type DispatchProblem, type DispatchRetries } from './dispatcher-options.js';
import { Lanes } from './lanes.js';
import { type Entry, PartitionLedger } from './partition-ledger.js';
import { pause } from './pause-ms.js';

const lastCommitMs = 3_000;

export interface DispatcherStats {
  inFlight: number;
  bytes: number;
  lanes: number;
  handled: number;
  deadLetters: number;
  retries: number;
  partitions: { partition: number; span: number; paused: boolean }[];
}

/**
 * Handles the records of one subscription: in order within a lane, thousands of lanes side by side, at least once. A partition is committed up to the first
 * record that is not done, never beyond it; what overflows the caps stays in the bus by pausing partitions. Pure: bus and clock are handed in.
 */
export class Dispatcher {
  private readonly options: DispatcherOptions;
  private readonly caps: DispatchCaps;
  private readonly retries: DispatchRetries;
  private readonly lanes = new Lanes();
  private ledgers = new Map<number, PartitionLedger>();
  private readonly paused = new Set<number>();
  private readonly stopping = new AbortController();
  private readonly running = new Set<Entry>();
  private readonly counts = { inFlight: 0, bytes: 0, handled: 0, deadLetters: 0, retries: 0 };
  private consumption: Consumption | undefined;
  private full = false;
  private failure: Error | undefined;
  private callOffCommit: (() => void) | undefined;
  private committing: Promise<void> = Promise.resolve();
  private idle: () => void = () => undefined;

  constructor(options: DispatcherOptions) {
    this.options = { ...options, report: (problem) => this.reported(problem, options) };
    this.caps = { ...defaultCaps, ...options.caps };
    this.retries = { ...defaultRetries, ...options.retries };
  }

  async start(): Promise<void> {
    this.consumption = await this.options.bus.subscribe(this.options.subscription, {
      assigned: (partitions) => this.assigned(partitions),
      deliver: (record) => this.deliver(record),
      failed: (cause) => this.failed(cause),
    });
    for (const partition of this.paused) this.consumption.pause(partition);
  }

  /** Takes nothing more, lets running handlers finish for at most this long (then aborts them), commits what is done and unsubscribes. What did not finish is left to the next owner. */
  async stop(drainMs: number): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    await this.drained(drainMs);
    for (const entry of this.running) entry.abort.abort();
    this.callOffCommit?.();
    await this.lastCommit();
    await this.consumption?.close();
  }

  /** True while records can reach the handler. */
  alive(): boolean {
    return !this.failure && !this.stopping.signal.aborted && this.consumption?.alive() === true;
  }

  stats(): DispatcherStats {
    const partitions = [...this.ledgers].map(([partition, ledger]) => ({ partition, span: ledger.span, paused: this.paused.has(partition) }));
    return { ...this.counts, lanes: this.lanes.size, partitions };
  }

  private assigned(partitions: number[]): void {
    const before = this.ledgers;
    this.ledgers = new Map(partitions.map((partition) => [partition, before.get(partition) ?? new PartitionLedger()]));
    for (const [partition, ledger] of before) if (!this.ledgers.has(partition)) this.drop(partition, ledger);
    const held = this.full ? partitions : partitions.filter((partition) => this.paused.has(partition));
    for (const partition of held) this.pause(partition);
    this.release();
  }

  /** The partition is another's now: nothing of it is ours to finish or commit. */
  private drop(partition: number, ledger: PartitionLedger): void {
    this.paused.delete(partition);
    for (const entry of ledger.unfinished()) {
      entry.abort.abort();
      this.forget(entry);
    }
  }

  private deliver(record: DeliveredRecord): void {
    const ledger = this.stopping.signal.aborted ? undefined : this.ledgers.get(record.partition);
    const entry = ledger?.take(record);
    if (!ledger || !entry) return;
    this.counts.inFlight += 1;
    this.counts.bytes += entry.bytes;
    this.lanes.add(this.laneOf(record), () => this.work(entry, ledger));
    if (this.counts.inFlight >= this.caps.inFlight || this.counts.bytes >= this.caps.bytes) this.pauseAll();
    else if (ledger.span >= this.caps.span || ledger.bytes >= this.caps.share) this.pause(record.partition);
  }

  private laneOf(record: DeliveredRecord): string {
    const own = record.key === '' && !this.options.laneOf;
    if (own || this.options.control?.(record)) return `${record.partition}@${record.offset}`;
    return `${record.partition}/${this.options.laneOf?.(record) ?? record.key}`;
  }

  private async work(entry: Entry, ledger: PartitionLedger): Promise<void> {
    if (entry.abort.signal.aborted || this.stopping.signal.aborted) return;
    this.running.add(entry);
    const ending = await attemptRecord(entry, { options: this.options, retries: this.retries, stopping: this.stopping.signal });
    this.running.delete(entry);
    if (ending !== 'abandoned' && !entry.abort.signal.aborted) this.settle(entry, { ledger, ending });
    if (this.running.size === 0) this.idle();
  }

  private settle(entry: Entry, { ledger, ending }: { ledger: PartitionLedger; ending: Ending }): void {
    this.counts[ending === 'handled' ? 'handled' : 'deadLetters'] += 1;
    this.forget(entry);
    ledger.complete(entry);
    this.armCommit();
    this.release();
  }

  private forget(entry: Entry): void {
    this.counts.inFlight -= 1;
    this.counts.bytes -= entry.bytes;
  }

  private pauseAll(): void {
    this.full = true;
    for (const partition of this.ledgers.keys()) this.pause(partition);
  }

  private pause(partition: number): void {
    this.paused.add(partition);
    this.consumption?.pause(partition);
  }

  /** Below half of what held them back, partitions go on. */
  private release(): void {
    if (this.stopping.signal.aborted) return;
    if (this.counts.inFlight <= this.caps.inFlight / 2 && this.counts.bytes <= this.caps.bytes / 2) this.full = false;
    if (this.full) return;
    for (const partition of this.paused) {
      const { span, bytes } = this.ledgers.get(partition) ?? { span: 0, bytes: 0 };
      if (span > this.caps.span / 2 || bytes > this.caps.share / 2) continue;
      this.paused.delete(partition);
      this.consumption?.resume(partition);
    }
  }

  private armCommit(): void {
    if (this.options.commits === 'never' || this.callOffCommit || this.stopping.signal.aborted) return;
    this.callOffCommit = this.options.clock.at(this.options.clock.now() + COMMIT_AFTER_MS, () => {
      this.callOffCommit = undefined;
      void this.commit();
    });
  }

  /** One commit at a time, so that an older watermark never arrives after a newer one. */
  private commit(): Promise<void> {
    this.committing = this.committing.then(() => this.commitNow());
    return this.committing;
  }

  private async commitNow(): Promise<void> {
    if (this.options.commits === 'never') return;
    const moved = [...this.ledgers].flatMap(([partition, ledger]) => {
      const low = ledger.uncommitted();
      return low === undefined ? [] : [{ partition, ledger, low }];
    });
    if (moved.length === 0) return;
    try {
      await this.consumption?.commit(moved.map(({ partition, low }) => ({ partition, offset: String(low) })));
      for (const { ledger, low } of moved) ledger.markCommitted(low);
    } catch (error) {
      this.options.report?.({ doing: 'commit', error, attempt: 1 });
      this.armCommit();
    }
  }

  /** A bus that is away does not hold up the end: what is not committed comes again. */
  private async lastCommit(): Promise<void> {
    const done = new AbortController();
    const committed = this.commit().finally(() => done.abort());
    await Promise.race([committed, pause(this.options.clock, lastCommitMs, done.signal)]);
  }

  private async drained(drainMs: number): Promise<void> {
    if (this.running.size === 0) return;
    const done = new AbortController();
    this.idle = () => done.abort();
    await pause(this.options.clock, drainMs, done.signal);
  }

  private reported(problem: DispatchProblem, options: DispatcherOptions): void {
    if (problem.doing === 'handle') this.counts.retries += 1;
    options.report?.(problem);
  }

  private failed(cause: Error): void {
    this.failure = cause;
    this.options.failed?.(cause);
  }
}
