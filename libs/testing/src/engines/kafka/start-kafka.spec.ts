import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { probeProgram } from '../probe-engine.js';
import type { KafkaCluster } from './kafka-cluster.js';
import { startKafka } from './start-kafka.js';

const probe = await probeProgram('kafka');
const suite = probe.available ? describe : describe.skip;

suite(`Kafka for tests${probe.available ? '' : ` (${probe.reason})`}`, () => {
  let cluster: KafkaCluster;
  beforeAll(async () => { cluster = await startKafka(); }, 60_000);
  afterAll(() => cluster.stop());

  it('gives back what was sent, also after kill -9 and a restart on the same data', async () => {
    const client = new Kafka({ brokers: cluster.address.split(','), logLevel: logLevel.NOTHING });
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'round-trip', numPartitions: 1 }], waitForLeaders: false });
    const producer = client.producer({ retry: { retries: 20 } });
    await producer.connect();
    await producer.send({ topic: 'round-trip', acks: -1, messages: [{ key: 'k', value: 'before' }] });

    await cluster.kill();
    expect(cluster.pid()).toBeUndefined();
    await cluster.restart();
    await producer.send({ topic: 'round-trip', acks: -1, messages: [{ key: 'k', value: 'after' }] });

    expect(await readAll(client, 'round-trip', 2)).toEqual(['before', 'after']);
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  }, 60_000);

  it('knows which broker is the controller', async () => {
    expect(await cluster.controllerId()).toBe(1);
  });
});

async function readAll(client: Kafka, topic: string, count: number): Promise<string[]> {
  const consumer = client.consumer({ groupId: `reader-${topic}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value));
      if (values.length === count) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return values;
}
