import { setTimeout as pause } from 'node:timers/promises';
import type { BusConsumer, Consumption, Subscription } from '@edge/ports';
import { errors } from '@edge/contracts';
import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { kafkaFailure, namesNoCoordinator } from './kafka-failure.js';
import { soon } from './soon.js';

const againMs = 1_000;

interface Parts {
  consumer: Consumer;
  subscription: Subscription;
  target: BusConsumer;
  sessionTimeoutMs: number;
  /** Where a new group begins in each partition that it has never committed. */
  begin: Map<number, string>;
}

/**
 * One member of a group. kafkajs hands over batches; they are passed on at once and nothing is awaited there, so heartbeats never wait for work. It remembers
 * what it has passed on of each partition it keeps, because kafkajs reads everything uncommitted again after each rebalance (#28), also what it hands out of
 * partitions that are no longer ours (#1046).
 */
export class KafkaConsumption implements Consumption {
  /** Partition → next offset to pass on; undefined until it is known. */
  private owned = new Map<number, bigint | undefined>();
  private readonly paused = new Set<number>();
  private joined = false;
  private closing = false;
  private lastSignMs = performance.now();
  private settleStart: (error?: Error) => void = () => undefined;
  /** Resolves with the first assignment; rejects if there can be none. */
  private readonly started: Promise<void>;
  private hasStarted = false;
  private crashes = 0;
  private renewing = false;

  constructor(private readonly parts: Parts) {
    this.started = new Promise((resolve, reject) => { this.settleStart = (error) => (error ? reject(error) : resolve()); });
    this.listen();
  }

  /** Listeners are added once: kafkajs keeps them through its own restarts. */
  private listen(): void {
    const { consumer } = this.parts;
    consumer.on(consumer.events.GROUP_JOIN, (event) => this.hasJoined(event));
    consumer.on(consumer.events.CRASH, (event) => this.hasCrashed(event));
    consumer.on(consumer.events.STOP, () => { this.joined = false; });
    for (const sign of [consumer.events.HEARTBEAT, consumer.events.FETCH] as const) consumer.on(sign, () => this.givesSign());
  }

  async run(): Promise<void> {
    await Promise.all([this.read(), this.started]);
  }

  async commit(offsets: { partition: number; offset: string }[]): Promise<void> {
    const { consumer, subscription: { topic, group } } = this.parts;
    const ours = offsets.filter(({ partition }) => this.owned.has(partition));
    if (ours.length === 0) return;
    if (!this.joined) throw errors.unavailable(`The consumer group ${group} is being formed anew; commit afterwards.`);
    try {
      await consumer.commitOffsets(ours.map(({ partition, offset }) => ({ topic, partition, offset })));
    } catch (error) {
      throw kafkaFailure(error, `Committing offsets of ${group} on ${topic}`);
    }
  }

  pause(partition: number): void {
    this.paused.add(partition);
    if (this.joined) this.parts.consumer.pause([{ topic: this.parts.subscription.topic, partitions: [partition] }]);
  }

  resume(partition: number): void {
    this.paused.delete(partition);
    if (this.joined) this.parts.consumer.resume([{ topic: this.parts.subscription.topic, partitions: [partition] }]);
  }

  /** A consumer of kafkajs can be dead in a living process: only what it does proves that it lives. */
  alive(): boolean {
    return this.joined && !this.closing && performance.now() - this.lastSignMs < 2 * this.parts.sessionTimeoutMs;
  }

  async close(): Promise<void> {
    this.closing = true;
    await soon(this.parts.consumer.disconnect());
    this.joined = false;
    this.owned.clear();
  }

  private givesSign(): void {
    this.lastSignMs = performance.now();
  }

  /** Kept partitions go on where they are, new ones where their group is, and what was paused stays so: kafkajs forgets both. */
  private hasJoined({ payload }: ConsumerGroupJoinEvent): void {
    const { consumer, subscription: { topic }, target } = this.parts;
    const partitions = payload.memberAssignment[topic] ?? [];
    const kept = this.owned;
    this.owned = new Map(partitions.map((partition) => [partition, kept.get(partition) ?? this.beginOf(partition)]));
    for (const partition of this.paused) if (!this.owned.has(partition)) this.paused.delete(partition);
    for (const [partition, next] of this.owned) if (next !== undefined) consumer.seek({ topic, partition, offset: String(next) });
    this.joined = true;
    this.givesSign();
    target.assigned([...this.owned.keys()]);
    if (this.paused.size > 0) consumer.pause([{ topic, partitions: [...this.paused] }]);
    this.hasStarted = true;
    this.settleStart();
  }

  /** Counts once: afterwards we or another member have moved on. */
  private beginOf(partition: number): bigint | undefined {
    const offset = this.parts.begin.get(partition);
    this.parts.begin.delete(partition);
    return offset === undefined ? undefined : BigInt(offset);
  }

  private async take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    this.givesSign();
    for (const message of batch.messages) {
      if (!payload.isRunning() || this.closing || this.paused.has(batch.partition) || !this.owned.has(batch.partition)) return;
      const offset = BigInt(message.offset);
      if (offset >= (this.owned.get(batch.partition) ?? 0n)) this.pass(batch.partition, message);
      payload.resolveOffset(message.offset);
    }
  }

  private pass(partition: number, { key, value, headers = {}, offset, timestamp }: KafkaMessage): void {
    this.owned.set(partition, BigInt(offset) + 1n);
    this.parts.target.deliver({
      topic: this.parts.subscription.topic, partition, offset, timestampMs: Number(timestamp), key: textOf(key), value: textOf(value),
      headers: Object.fromEntries(Object.entries(headers).map(([name, one]) => [name, textOf(Array.isArray(one) ? one[0] : one)])),
    });
  }

  /** kafkajs restarts by itself after most crashes; after the others it would stay dead for ever. */
  private hasCrashed({ payload }: ConsumerCrashEvent): void {
    this.joined = false;
    if (payload.restart || this.closing) return;
    const { topic, group } = this.parts.subscription;
    if (this.hasStarted && namesNoCoordinator(payload.error)) return void this.beginAnew();
    const failure = kafkaFailure(payload.error, `Reading ${topic} as ${group}`);
    if (this.hasStarted) this.parts.target.failed(failure);
    else this.settleStart(failure);
  }

  private read(): Promise<void> {
    return this.parts.consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 3, eachBatch: (payload) => this.take(payload) });
  }

  /** A broker that wakes up knows no coordinator at first, which kafkajs takes for final. Until it does, this member is not alive, and tries again. */
  private async beginAnew(): Promise<void> {
    this.crashes += 1;
    if (this.renewing) return;
    this.renewing = true;
    for (let seen = 0; seen !== this.crashes && !this.closing; ) {
      seen = this.crashes;
      await pause(againMs);
      if (!this.closing) await this.readAgain();
    }
    this.renewing = false;
  }

  private async readAgain(): Promise<void> {
    const { consumer } = this.parts;
    try {
      await consumer.connect();
      await this.read();
    } catch {
      this.crashes += 1; // what it says is said by `alive`; the next try tells
      await consumer.disconnect().catch(() => undefined);
    }
  }
}

const textOf = (bytes: Buffer | string | null | undefined): string => bytes?.toString() ?? '';
