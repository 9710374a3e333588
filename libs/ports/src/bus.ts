import type { Topic } from '@edge/contracts';

export interface BusRecord { topic: string; key: string; headers: Record<string, string>; value: string }

/** Offsets are decimal strings, growing within a partition. */
export interface DeliveredRecord extends BusRecord { partition: number; offset: string; timestampMs: number }

/** What a raw driver calls. `deliver` must return at once: the dispatcher takes the record into a lane and later moves the watermark. */
export interface BusConsumer {
  /** These partitions are ours from now on; any other is no longer: drop what is in flight for it and commit nothing of it. */
  assigned(partitions: number[]): void;
  deliver(record: DeliveredRecord): void;
  /** The driver gave up for good; the program must not stay alive looking healthy. */
  failed(cause: Error): void;
}

export interface Subscription {
  topic: string;
  group: string;
  /** Where a new group begins. A group of its own for each live reader takes `latest`. */
  from: 'earliest' | 'latest';
}

/** The handle on a running subscription. `commit` names the next offset to read after a restart. */
export interface Consumption {
  commit(offsets: { partition: number; offset: string }[]): Promise<void>;
  pause(partition: number): void;
  resume(partition: number): void;
  /** True while records can reach us: a dead consumer is not ready. */
  alive(): boolean;
  close(): Promise<void>;
}

/** A log with topics and partitions. Records with one key keep their order. Raw driver: lanes, retries and watermarks are the dispatcher's (engine). */
export abstract class Bus {
  /** Resolves once every record is durable; rejects if any is not known to be. Safe to call again with the same records: readers deduplicate by `ce_id`. */
  abstract publish(records: BusRecord[]): Promise<void>;
  abstract subscribe(subscription: Subscription, consumer: BusConsumer): Promise<Consumption>;
  /** Creates what is missing; an EdgeError `unavailable` names what differs and the remedy. */
  abstract ensureTopics(topics: Topic[]): Promise<void>;
  /** Records not yet committed per group and topic, and whether the bus answers. */
  abstract health(): Promise<{ ok: boolean; detail: string; lag: { group: string; topic: string; records: number }[] }>;
  abstract close(): Promise<void>;
}
