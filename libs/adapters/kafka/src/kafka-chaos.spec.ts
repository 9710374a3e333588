import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigResourceTypes } from 'kafkajs';
import type { DeliveredRecord } from '@edge/ports';
import { eventually } from '@edge/testing/contracts';
import { probeProgram, startKafka, type KafkaCluster } from '@edge/testing/engines';
import { KafkaBus } from './kafka-bus.js';
import { kafkaClient } from './kafka-options.js';
import { whileRetriable } from './while-retriable.js';

const probe = await probeProgram('kafka');
const suite = probe.available ? describe : describe.skip;

/** First of the controller, then of broker 2; more of them by `EDGE_TEST_KILLS=20`, as `npm run proofs -- --only broker-kills` does it. */
const kills = Number(process.env.EDGE_TEST_KILLS ?? 2);
const partitions = 12;
const keys = Array.from({ length: 36 }, (_, n) => `key-${n}`);

/** Publishes numbered records of every key, in order for each key, many keys at once, as long as told. */
class Writers {
  readonly acknowledged = new Map<string, number>(keys.map((key) => [key, 0]));
  private stopping = false;
  private readonly work: Promise<unknown>;

  constructor(private readonly bus: KafkaBus, private readonly topic: string) {
    const teams = [0, 1, 2, 3].map((team) => keys.filter((_, n) => n % 4 === team));
    this.work = Promise.all(teams.map((team) => this.writeTogether(team)));
  }

  get total(): number {
    return [...this.acknowledged.values()].reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.work;
  }

  /** One publish over many partitions at a time; a rejected one is published again, as the outbox does. */
  private async writeTogether(team: string[]): Promise<void> {
    for (let n = 1; !this.stopping; n += 1) {
      const records = team.map((key) => ({ topic: this.topic, key, headers: { ce_id: `${key}/${n}` }, value: String(n) }));
      while (!(await this.bus.publish(records).then(() => true, () => false))) if (this.stopping) return;
      for (const key of team) this.acknowledged.set(key, n);
    }
  }
}

/** Reads from the beginning, deduplicated by id; notes what came out of order. */
class Reader {
  readonly newest = new Map<string, number>();
  readonly disorder: string[] = [];
  copies = 0;

  readonly deliver = ({ key, value }: DeliveredRecord): void => {
    const [n, newest] = [Number(value), this.newest.get(key) ?? 0];
    if (n <= newest) this.copies += 1;
    else {
      if (n !== newest + 1) this.disorder.push(`${key}: ${n} after ${newest}`);
      this.newest.set(key, n);
    }
  };
}

suite(`Kafka in bad weather${probe.available ? '' : ` (${probe.reason})`}`, () => {
  let cluster: KafkaCluster;
  let bus: KafkaBus;
  let writing: Writers | undefined;
  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3 });
    bus = await KafkaBus.open({ brokers: cluster.address.split(',') });
  }, 120_000);
  afterEach(() => writing?.stop(), 60_000);
  afterAll(async () => { await bus.close(); await cluster.stop(); }, 60_000);

  const topicOf = async (name: string): Promise<string> => {
    await bus.ensureTopics([{ name, partitions, retentionMs: 3_600_000 }]);
    return name;
  };

  /** Everything that was acknowledged is there, in order for each key. */
  async function expectAll(topic: string, writers: Writers): Promise<Reader> {
    const reader = new Reader();
    const consumption = await bus.subscribe({ topic, group: `check-${topic}`, from: 'earliest' }, { assigned: () => undefined, deliver: reader.deliver, failed: () => undefined });
    await eventually(() => keys.every((key) => (reader.newest.get(key) ?? 0) >= (writers.acknowledged.get(key) ?? 0)), 'everything that was acknowledged', 60_000);
    expect(reader.disorder).toEqual([]);
    await consumption.close();
    return reader;
  }

  it('makes topics that are safe with several brokers and readable whatever compression a producer uses', async () => {
    await bus.ensureTopics([{ name: 'edge.made', partitions: 2, retentionMs: 5000 }]);
    const admin = kafkaClient({ brokers: cluster.address.split(',') }).admin();
    await admin.connect();
    const { resources } = await whileRetriable(() => admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: 'edge.made' }] }));
    const settings = Object.fromEntries((resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]));
    expect(settings).toMatchObject({ 'min.insync.replicas': '2', 'retention.ms': '5000', 'compression.type': 'uncompressed', 'cleanup.policy': 'delete' });
    const { topics } = await admin.fetchTopicMetadata({ topics: ['edge.made'] });
    expect(topics[0]?.partitions.map(({ replicas }) => replicas.length)).toEqual([3, 3]);
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: 'edge.unsafe', numPartitions: 2, replicationFactor: 3, configEntries: [{ name: 'min.insync.replicas', value: '1' }] }] });
    await expect(bus.ensureTopics([{ name: 'edge.unsafe', partitions: 2, retentionMs: 5000 }])).rejects.toMatchObject({ detail: expect.stringContaining('acknowledges messages that only one broker has') });
    await admin.disconnect();
  }, 120_000);

  it('loses nothing and keeps the order of keys while brokers are killed, leaders and controllers too', async () => {
    const topic = await topicOf('killed-brokers');
    const writers = writing = new Writers(bus, topic);
    for (let kill = 0; kill < kills; kill += 1) {
      const victim = kill % 2 === 0 ? await cluster.controllerId() : (kill % 3) + 1;
      const before = writers.total;
      await cluster.kill(victim);
      await eventually(() => writers.total > before + 500, 'records after a broker died', 100_000);
      await cluster.restart(victim);
    }
    await writers.stop();
    await expectAll(topic, writers);
  }, 60_000 + kills * 40_000);

  it('goes on, with nothing lost, when a broker hangs', async () => {
    const topic = await topicOf('hanging-broker');
    const writers = writing = new Writers(bus, topic);
    await eventually(() => writers.total > 500, 'some records');
    cluster.freeze(2);
    const before = Math.min(...writers.acknowledged.values());
    await eventually(() => Math.min(...writers.acknowledged.values()) > before + 5, 'records of every key while a broker hangs', 150_000);
    cluster.thaw(2);
    await writers.stop();
    await expectAll(topic, writers);
  }, 180_000);
});
