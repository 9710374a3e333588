import { expect, it } from '@jest/globals';
import type { Bus } from '@edge/ports';
import { busGroups } from './bus-groups.js';
import { BusProbe, busRecord } from './bus-probe.js';
import { eventually } from './eventually.js';
import { type ContractOptions, contractSuite, type Factory, freshName } from './suite.js';

const day = 86_400_000;
const range = (size: number): string[] => Array.from({ length: size }, (_, at) => String(at));

/** What every bus promises. Each test has a topic of its own with four partitions. */
export function busContract(name: string, make: Factory<Bus>, options: ContractOptions = {}): void {
  contractSuite(`Bus: ${name}`, make, { options, tests: (bus) => { delivery(bus); busGroups(bus, () => freshTopic(bus())); } });
}

async function freshTopic(bus: Bus): Promise<string> {
  const name = freshName('test.topic');
  await bus.ensureTopics([{ name, partitions: 4, retentionMs: day }]);
  return name;
}

function delivery(bus: () => Bus): void {
  it('delivers every field as it was published', async () => {
    const topic = await freshTopic(bus());
    const probe = await BusProbe.on(bus(), { topic, group: freshName('group'), from: 'earliest' });
    const record = { topic, key: 'ü/1', headers: { ce_id: '1', 'content-type': 'application/json', traceparent: '00-é' }, value: '{"a":"✓"}' };
    await bus().publish([record]);
    await probe.hears([record.value]);
    const [heard] = probe.records;
    expect(heard).toEqual({ ...record, partition: expect.any(Number), offset: expect.stringMatching(/^\d+$/), timestampMs: expect.any(Number) });
    expect(Math.abs((heard?.timestampMs ?? 0) - Date.now())).toBeLessThan(10 * 60_000);
    await probe.handle.close();
  }, 60_000);

  it('keeps the order of each key, in one partition with growing offsets', async () => {
    const topic = await freshTopic(bus());
    const probe = await BusProbe.on(bus(), { topic, group: freshName('group'), from: 'earliest' });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(range(40).map((n) => bus().publish(keys.map((key) => busRecord(topic, `${key}${n}`, key)))));
    await probe.hears(keys.map((key) => `${key}39`));
    for (const key of keys) {
      const ofKey = probe.records.filter((record) => record.key === key);
      expect(ofKey.map(({ value }) => value)).toEqual(range(40).map((n) => `${key}${n}`));
      expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
      const offsets = ofKey.map(({ offset }) => Number(offset));
      expect(offsets).toEqual(offsets.toSorted((x, y) => x - y));
    }
    await probe.handle.close();
  }, 60_000);

  it('takes thousands of records at once, and none', async () => {
    const topic = await freshTopic(bus());
    await bus().publish([]);
    await bus().publish(range(3000).map((n) => busRecord(topic, n)));
    const probe = await BusProbe.on(bus(), { topic, group: freshName('group'), from: 'earliest' });
    await probe.hears(range(3000));
    expect(probe.records).toHaveLength(3000);
    await probe.handle.close();
  }, 60_000);

  it('carries messages of 1 MB', async () => {
    const topic = await freshTopic(bus());
    const probe = await BusProbe.on(bus(), { topic, group: freshName('group'), from: 'earliest' });
    const values = ['a', 'b', 'c'].map((letter) => letter.repeat(1_000_000));
    await bus().publish(values.map((value, at) => busRecord(topic, value, String(at))));
    await probe.hears(values);
    await probe.handle.close();
  }, 60_000);

  it('carries records without a key', async () => {
    const topic = await freshTopic(bus());
    const probe = await BusProbe.on(bus(), { topic, group: freshName('group'), from: 'earliest' });
    await bus().publish(range(8).map((n) => busRecord(topic, n, '')));
    await probe.hears(range(8));
    expect(new Set(probe.records.map(({ key }) => key))).toEqual(new Set(['']));
    await probe.handle.close();
  }, 60_000);

  it('ensures topics again and again, and names what differs', async () => {
    const topic = await freshTopic(bus());
    await bus().ensureTopics([{ name: topic, partitions: 4, retentionMs: day }]);
    await expect(bus().ensureTopics([{ name: topic, partitions: 5, retentionMs: day }])).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(topic) });
  }, 60_000);

  it('tells how far each group is behind', async () => {
    const topic = await freshTopic(bus());
    const group = freshName('group');
    const probe = await BusProbe.on(bus(), { topic, group, from: 'earliest' });
    const lag = async () => (await bus().health()).lag.find((row) => row.group === group && row.topic === topic)?.records;
    await bus().publish(range(10).map((n) => busRecord(topic, n)));
    await probe.hears(range(10));
    await eventually(async () => (await lag()) === 10, 'a lag of 10');
    await probe.commitAll();
    await eventually(async () => ((await lag()) ?? 0) === 0, 'no lag');
    expect((await bus().health()).ok).toBe(true);
    await probe.handle.close();
  }, 60_000);
}
