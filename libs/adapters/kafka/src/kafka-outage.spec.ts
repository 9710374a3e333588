import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@edge/testing/contracts';
import { type KafkaCluster, probeProgram, startKafka } from '@edge/testing/engines';
import { KafkaBus } from './kafka-bus.js';
import { kafkaClient } from './kafka-options.js';

const probe = await probeProgram('kafka');
const suite = probe.available ? describe : describe.skip;

suite(`Kafka away${probe.available ? '' : ` (${probe.reason})`}`, () => {
  let cluster: KafkaCluster;
  beforeAll(async () => { cluster = await startKafka(); }, 120_000);
  afterAll(() => cluster.stop(), 60_000);

  it('says which topic forgets too early, and that a topic is missing', async () => {
    const options = { brokers: [cluster.address], retries: 3 };
    const admin = kafkaClient(options).admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: 'edge.short', numPartitions: 4, configEntries: [{ name: 'retention.ms', value: '1000' }] }, { topic: 'edge.long', numPartitions: 4, configEntries: [{ name: 'retention.ms', value: '-1' }] }] });
    await admin.disconnect();
    const bus = await KafkaBus.open(options);
    await bus.ensureTopics([{ name: 'edge.long', partitions: 3, retentionMs: 5000 }]);
    await expect(bus.ensureTopics([{ name: 'edge.short', partitions: 4, retentionMs: 5000 }]))
      .rejects.toMatchObject({ detail: 'The topic edge.short keeps messages for 1000 ms and must keep them for 5000: kafka-configs --alter --topic edge.short --add-config retention.ms=5000.' });
    await expect(bus.publish([{ topic: 'edge.none', key: '', headers: {}, value: '' }])).rejects.toMatchObject({ detail: 'The topic edge.none does not exist: ensureTopics makes it.' });
    await expect(bus.publish([{ topic: 'edge.long', key: '', headers: {}, value: 'x'.repeat(3_000_000) }])).rejects.toMatchObject({ code: 'too-large' });
    await bus.close();
  }, 120_000);

  it('goes on by itself after its only broker was away: publishing, reading, health', async () => {
    const bus = await KafkaBus.open({ brokers: [cluster.address], sessionTimeoutMs: 3000 });
    await bus.ensureTopics([{ name: 'edge.away', partitions: 2, retentionMs: 3_600_000 }]);
    const heard = new Set<string>();
    const failures: Error[] = [];
    const reading = await bus.subscribe({ topic: 'edge.away', group: 'away', from: 'earliest' }, { assigned: () => undefined, deliver: ({ value }) => heard.add(value), failed: (cause) => failures.push(cause) });
    const publish = (value: string) => bus.publish([{ topic: 'edge.away', key: value, headers: {}, value }]);
    await publish('before');
    await eventually(() => heard.has('before'), 'the first record');

    await cluster.kill();
    const meanwhile = publish('meanwhile');
    expect(await bus.health()).toMatchObject({ ok: false, detail: expect.stringContaining('Kafka') });
    await eventually(() => !reading.alive(), 'a reader that says it hears nothing');
    await cluster.restart();

    await meanwhile;
    await publish('after');
    await eventually(() => heard.has('meanwhile') && heard.has('after'), 'the records after the restart');
    await eventually(() => reading.alive(), 'a reader that hears again');
    expect(failures).toEqual([]);
    expect(await bus.health()).toMatchObject({ ok: true, lag: [{ group: 'away', topic: 'edge.away', records: 3 }] });
    await bus.close();
  }, 120_000);
});
