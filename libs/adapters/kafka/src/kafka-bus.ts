import { errors, type Topic } from '@edge/contracts';
import { Bus, type BusConsumer, type BusRecord, type Consumption, type Subscription } from '@edge/ports';
import type { Admin, Producer } from 'kafkajs';
import { beginOffsets } from './begin-offsets.js';
import { ensureTopics } from './ensure-topics.js';
import { groupLag, type GroupReader, groupsRead } from './group-lag.js';
import { KafkaConsumption } from './kafka-consumption.js';
import { ChoosePartition } from './choose-partition.js';
import { causesOf, kafkaFailure } from './kafka-failure.js';
import { kafkaClient, type KafkaOptions } from './kafka-options.js';
import { KafkaSender } from './kafka-sender.js';
import { soon } from './soon.js';
import { whileRetriable } from './while-retriable.js';

/** Metadata is read anew this often, so that a broker that hangs does not stay the leader for us. */
const metadataMaxAge = 3000;
const healthPatienceMs = 5000;

/** The bus on Kafka 3.9 and later. Made by `KafkaBus.open`. */
export class KafkaBus extends Bus {
  private readonly partitions = new Map<string, number>();
  private readonly readers = new Set<GroupReader>();
  private readonly running = new Set<KafkaConsumption>();
  private readonly sender: KafkaSender;
  private readonly choose = new ChoosePartition();

  private constructor(private readonly options: KafkaOptions, private readonly admin: Admin, private readonly producer: Producer) {
    super();
    this.sender = new KafkaSender(producer, (topic) => this.partitionsOf(topic));
  }

  /** @throws EdgeError `unavailable` with one sentence: cannot be reached, refuses the user … */
  static async open(options: KafkaOptions): Promise<KafkaBus> {
    const client = kafkaClient(options);
    const admin = client.admin();
    const producer = client.producer({ allowAutoTopicCreation: false, metadataMaxAge, createPartitioner: () => ({ message }) => message.partition ?? 0 });
    try {
      await Promise.all([admin.connect(), producer.connect()]);
      return new KafkaBus(options, admin, producer);
    } catch (error) {
      await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
      throw kafkaFailure(error, `Connecting to ${options.brokers.join(', ')}`);
    }
  }

  override async publish(records: BusRecord[]): Promise<void> {
    if (records.length > 0) await this.sender.publish(records);
  }

  override async subscribe(subscription: Subscription, target: BusConsumer): Promise<Consumption> {
    const { topic, group, from } = subscription;
    const { sessionTimeoutMs = 10_000 } = this.options;
    const consumer = kafkaClient(this.options).consumer({
      groupId: group, sessionTimeout: sessionTimeoutMs, heartbeatInterval: Math.min(1000, sessionTimeoutMs / 5), rebalanceTimeout: 30_000,
      maxWaitTimeInMs: 200, allowAutoTopicCreation: false, metadataMaxAge,
    });
    try {
      const begin = await whileRetriable(() => beginOffsets(this.admin, subscription));
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: from === 'earliest' });
      const consumption = new KafkaConsumption({ consumer, subscription, target, sessionTimeoutMs, begin });
      await consumption.run();
      return this.register(subscription, consumption);
    } catch (error) {
      await Promise.allSettled([consumer.disconnect()]);
      throw kafkaFailure(error, `Reading ${topic} as ${group}`);
    }
  }

  override async ensureTopics(topics: Topic[]): Promise<void> {
    try {
      for (const [topic, partitions] of await whileRetriable(() => ensureTopics(this.admin, topics))) this.partitions.set(topic, partitions);
    } catch (error) {
      throw kafkaFailure(error, 'Making the topics');
    }
  }

  /** The partition that records of this key go to; undefined while the topic is not known. */
  partitionOf(topic: string, key: string): number | undefined {
    const count = this.partitions.get(topic);
    return count === undefined ? undefined : this.choose.of(key, count);
  }

  /** Lag of Edge's groups, whichever process reads: a group that begins with what comes has nothing to catch up with. */
  override async health(): ReturnType<Bus['health']> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(errors.unavailable(`Kafka did not answer within ${healthPatienceMs} ms.`)), healthPatienceMs);
    });
    try {
      return await Promise.race([this.askHealth(), late]);
    } catch (error) {
      return { ok: false, detail: kafkaFailure(error, 'Asking Kafka').detail, lag: [] };
    } finally {
      clearTimeout(timer);
    }
  }

  override async close(): Promise<void> {
    await Promise.all([...this.running].map((consumption) => consumption.close()));
    await Promise.all([soon(this.producer.disconnect()), soon(this.admin.disconnect())]);
  }

  private async askHealth(): ReturnType<Bus['health']> {
    const { brokers } = await whileRetriable(() => this.admin.describeCluster());
    const readers = await whileRetriable(() => groupsRead(this.admin, this.readers));
    const lag = await Promise.all(readers.map((reader) => whileRetriable(() => groupLag(this.admin, reader))));
    return { ok: brokers.length > 0, detail: `Kafka, ${brokers.length} brokers`, lag };
  }

  private register({ topic, group, from }: Subscription, consumption: KafkaConsumption): Consumption {
    const reader = { topic, group };
    if (from === 'earliest') this.readers.add(reader);
    this.running.add(consumption);
    return {
      commit: (offsets) => consumption.commit(offsets),
      pause: (partition) => consumption.pause(partition),
      resume: (partition) => consumption.resume(partition),
      alive: () => consumption.alive(),
      close: async () => {
        this.readers.delete(reader);
        this.running.delete(consumption);
        await consumption.close();
      },
    };
  }

  private async partitionsOf(topic: string): Promise<number> {
    const known = this.partitions.get(topic);
    if (known !== undefined) return known;
    const found = await this.askPartitions(topic);
    this.partitions.set(topic, found);
    return found;
  }

  private async askPartitions(topic: string): Promise<number> {
    try {
      const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 1;
    } catch (error) {
      if (causesOf(error).some(({ type }) => type === 'UNKNOWN_TOPIC_OR_PARTITION')) throw errors.unavailable(`The topic ${topic} does not exist: ensureTopics makes it.`);
      throw kafkaFailure(error, `Sending to ${topic}`);
    }
  }
}
