import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BusProbe, busRecord, eventually, freshName } from '@edge/testing/contracts';
import { engineAddress, probeEngine, stopEngines } from '@edge/testing/engines';
import { KafkaBus } from './kafka-bus.js';

const probe = await probeEngine('kafka');
const suite = probe.available ? describe : describe.skip;

suite(`the lag of Edge's groups${probe.available ? '' : ` (skipped: ${probe.reason})`}`, () => {
  let one: KafkaBus;
  let other: KafkaBus;
  beforeAll(async () => { [one, other] = await Promise.all([0, 1].map(async () => KafkaBus.open({ brokers: (await engineAddress('kafka')).split(',') }))) as [KafkaBus, KafkaBus]; }, 60_000);
  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await stopEngines();
  });

  it('is told by every process, whoever reads; who begins with what comes has none', async () => {
    const topic = freshName('topic');
    const [group, live] = [freshName('edge-reader'), freshName('edge-live')];
    await one.ensureTopics([{ name: topic, partitions: 2, retentionMs: 3_600_000 }]);
    const records = ['0', '1', '2', '3'].map((n) => busRecord(topic, n));
    await one.publish(records.slice(0, 3));
    const reader = await BusProbe.on(one, { topic, group, from: 'earliest' });
    const watcher = await BusProbe.on(one, { topic, group: live, from: 'latest' });
    await reader.hears(['0', '1', '2']);
    await reader.commitAll();
    await reader.handle.close();
    await one.publish(records.slice(3));
    const told = async () => (await other.health()).lag.filter((row) => row.topic === topic);
    await eventually(async () => (await told())[0]?.records === 1, 'a lag of 1');
    expect(await told()).toEqual([{ group, topic, records: 1 }]);
    expect((await one.health()).lag.some((row) => row.group === live)).toBe(false);
    await watcher.handle.close();
  }, 60_000);
});
