import { errors, type Topic } from '@edge/contracts';
import { Bus, type BusConsumer, type BusRecord, type Consumption, type DeliveredRecord, type Subscription } from '@edge/ports';
import { BusGroup } from './bus-group.js';
import { BusReader } from './bus-reader.js';
import { partitionOf } from './partition-of.js';
import type { Published, TopicRow } from './protocol.js';
import type { SqliteThread } from './sqlite-thread.js';

/** The bus in edge.db: one process reads and writes, so what was published is handed to those who read there; the file is read by who has to catch up. */
export class SqliteBus extends Bus {
  private readonly groups = new Map<string, BusGroup>();
  private turn = 0;

  private constructor(private readonly thread: SqliteThread, private topics: Map<string, TopicRow>) {
    super();
  }

  static async open(thread: SqliteThread): Promise<SqliteBus> {
    const topics = await thread.call<TopicRow[]>('bus.topics');
    return new SqliteBus(thread, new Map(topics.map((topic) => [topic.name, topic])));
  }

  override async publish(records: BusRecord[]): Promise<void> {
    if (records.length === 0) return;
    const rows = records.map(({ topic, key, headers, value }) => ({ topic, partition: this.partition(topic, key), key, headers: JSON.stringify(headers), value }));
    const { at, first } = await this.thread.call<Published>('bus.publish', { rows });
    const readers = [...this.groups.values()].flatMap((group) => group.members());
    for (const [place, record] of records.entries()) {
      const published: DeliveredRecord = { ...record, partition: rows[place]!.partition, offset: String(first + place), timestampMs: at };
      for (const reader of readers) if (reader.subscription.topic === record.topic) reader.published(published);
    }
  }

  override async subscribe(subscription: Subscription, consumer: BusConsumer): Promise<Consumption> {
    const group = this.group(subscription);
    const reader = new BusReader(this.thread, subscription, consumer);
    await group.join(reader);
    return {
      commit: (offsets) => this.commit(reader, offsets),
      pause: (partition) => reader.pause(partition),
      resume: (partition) => reader.resume(partition),
      alive: () => this.thread.alive() && group.members().includes(reader),
      close: async () => {
        await reader.stop();
        await group.leave(reader);
      },
    };
  }

  override async ensureTopics(topics: Topic[]): Promise<void> {
    const differing = topics.filter(({ name, partitions }) => (this.topics.get(name)?.partitions ?? partitions) !== partitions);
    if (differing.length > 0) throw errors.unavailable(`${differing.map((topic) => this.difference(topic)).join(' ')} Let the Edge version that made the data directory finish its work, then begin with a new data directory.`);
    await this.thread.call('bus.ensure', { topics: topics.map(({ name, partitions, retentionMs }) => ({ name, partitions, retentionMs })) });
    for (const topic of topics) this.topics.set(topic.name, topic);
  }

  override async health(): ReturnType<Bus['health']> {
    const { ok, detail } = await this.thread.health();
    return { ok, detail, lag: ok ? await this.thread.call<{ group: string; topic: string; records: number }[]>('bus.lag') : [] };
  }

  /** Ends all subscriptions; the file stays open for the others. */
  override async close(): Promise<void> {
    for (const group of this.groups.values()) {
      for (const reader of group.members()) {
        await reader.stop();
        if (this.thread.alive()) await group.leave(reader);
      }
    }
  }

  /** Names of the groups that somebody reads for now. */
  reading(): string[] {
    return [...new Set([...this.groups.values()].flatMap((group) => group.members().map((reader) => reader.subscription.group)))];
  }

  /** The file is lost: everybody who reads must hear of it. */
  fail(cause: Error): void {
    for (const group of this.groups.values()) for (const reader of group.members()) reader.fail(cause);
  }

  private group({ topic, group }: Subscription): BusGroup {
    const name = JSON.stringify([topic, group]);
    const known = this.groups.get(name);
    if (known) return known;
    const made = new BusGroup(this.thread, this.known(topic).partitions);
    this.groups.set(name, made);
    return made;
  }

  private async commit(reader: BusReader, offsets: { partition: number; offset: string }[]): Promise<void> {
    const owned = new Set(reader.owned());
    const next = offsets.filter(({ partition }) => owned.has(partition)).map(({ partition, offset }) => [partition, Number(offset)]);
    const { group, topic } = reader.subscription;
    if (next.length > 0) await this.thread.call('bus.commit', { group, topic, next });
  }

  /** Records without a key go around. */
  private partition(topic: string, key: string): number {
    const { partitions } = this.known(topic);
    return key === '' ? (this.turn += 1) % partitions : partitionOf(key, partitions);
  }

  private known(name: string): TopicRow {
    const topic = this.topics.get(name);
    if (!topic) throw errors.unavailable(`The topic ${name} does not exist: ensureTopics makes it.`);
    return topic;
  }

  private difference({ name, partitions }: Topic): string {
    return `The topic ${name} has ${this.topics.get(name)?.partitions} partitions instead of ${partitions}.`;
  }
}
