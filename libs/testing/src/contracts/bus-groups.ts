import { expect, it } from '@jest/globals';
import type { Bus } from '@edge/ports';
import { BusProbe, busRecord } from './bus-probe.js';
import { eventually } from './eventually.js';
import { freshName } from './suite.js';

const range = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, at) => String(from + at));

/** Groups: where they begin, what they are given again, how members share. */
export function busGroups(bus: () => Bus, freshTopic: () => Promise<string>): void {
  const publish = (topic: string, values: string[]): Promise<void> => bus().publish(values.map((value) => busRecord(topic, value)));

  it('begins a new group at the earliest record', async () => {
    const topic = await freshTopic();
    await publish(topic, range(0, 10));
    const probe = await BusProbe.on(bus(), { topic, group: freshName('group'), from: 'earliest' });
    await publish(topic, range(10, 20));
    await probe.hears(range(0, 20));
    await probe.handle.close();
  }, 60_000);

  it('begins a new group at the latest: it hears all that is published after it listens, and nothing before', async () => {
    const topic = await freshTopic();
    await publish(topic, range(0, 10));
    const probe = await BusProbe.on(bus(), { topic, group: freshName('group'), from: 'latest' });
    await publish(topic, range(10, 20));
    await probe.hears(range(10, 20));
    expect(probe.values().toSorted((a, b) => Number(a) - Number(b))).toEqual(range(10, 20));
    await probe.handle.close();
  }, 60_000);

  it('gives every group everything', async () => {
    const topic = await freshTopic();
    const probes = await Promise.all(['one', 'two'].map((name) => BusProbe.on(bus(), { topic, group: freshName(name), from: 'earliest' })));
    await publish(topic, range(0, 12));
    for (const probe of probes) await probe.hears(range(0, 12));
    await Promise.all(probes.map((probe) => probe.handle.close()));
  }, 60_000);

  it('delivers again what was not committed, and not what was', async () => {
    const topic = await freshTopic();
    const group = freshName('group');
    const first = await BusProbe.on(bus(), { topic, group, from: 'earliest' });
    await publish(topic, range(0, 20));
    await first.hears(range(0, 20));
    await first.commitAll();
    await publish(topic, range(20, 30));
    await first.hears(range(20, 30));
    await first.handle.close();
    const second = await BusProbe.on(bus(), { topic, group, from: 'latest' });
    await second.hears(range(20, 30));
    expect(new Set(second.values())).toEqual(new Set(range(20, 30)));
    await second.handle.close();
  }, 90_000);

  it('goes on at the committed offset in the midst of a partition', async () => {
    const topic = await freshTopic();
    const group = freshName('group');
    const first = await BusProbe.on(bus(), { topic, group, from: 'earliest' });
    await bus().publish(range(0, 10).map((value) => busRecord(topic, value, 'one key')));
    await first.hears(range(0, 10));
    const sixth = first.records[6];
    await first.handle.commit([{ partition: sixth?.partition ?? 0, offset: sixth?.offset ?? '0' }]);
    await first.handle.close();
    const second = await BusProbe.on(bus(), { topic, group, from: 'earliest' });
    await second.hears(range(6, 10));
    expect(second.values()).toEqual(range(6, 10));
    await second.handle.close();
  }, 90_000);

  it('holds back a paused partition and gives all of it, in order, when it is resumed', async () => {
    const topic = await freshTopic();
    const probe = await BusProbe.on(bus(), { topic, group: freshName('group'), from: 'earliest' });
    await bus().publish([busRecord(topic, 'first', 'held')]);
    await probe.hears(['first']);
    const partition = probe.records[0]?.partition ?? 0;
    probe.handle.pause(partition);
    await bus().publish(range(0, 50).map((value) => busRecord(topic, value, 'held')));
    const others = range(100, 140);
    await publish(topic, others);
    await probe.hears(others.filter((value) => probe.values().includes(value)));
    expect(probe.records.filter((record) => record.key === 'held').map(({ value }) => value)).toEqual(['first']);
    probe.handle.resume(partition);
    await probe.hears([...range(0, 50), ...others]);
    expect(probe.records.filter((record) => record.key === 'held').map(({ value }) => value)).toEqual(['first', ...range(0, 50)]);
    await probe.handle.close();
  }, 60_000);

  it('shares partitions among members, and gives those of one who leaves to the others', async () => {
    const topic = await freshTopic();
    const group = freshName('group');
    const one = await BusProbe.on(bus(), { topic, group, from: 'earliest' });
    const two = await BusProbe.on(bus(), { topic, group, from: 'earliest' });
    await eventually(() => one.assigned.length > 0 && two.assigned.length > 0 && one.assigned.length + two.assigned.length === 4, 'four partitions shared by two');
    expect([...one.assigned, ...two.assigned].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    await publish(topic, range(0, 40));
    await eventually(() => new Set([...one.values(), ...two.values()]).size === 40, 'all records, wherever they arrive');
    await one.handle.close();
    await eventually(() => two.assigned.length === 4, 'all partitions with the one that stayed');
    await two.hears(range(0, 40));
    await two.handle.close();
  }, 90_000);

  it('tells whether records can reach a member', async () => {
    const topic = await freshTopic();
    const probe = await BusProbe.on(bus(), { topic, group: freshName('group'), from: 'latest' });
    await eventually(() => probe.handle.alive(), 'a living subscription');
    await probe.handle.close();
    expect(probe.handle.alive()).toBe(false);
    const heard = probe.records.length;
    await publish(topic, range(0, 5));
    expect(probe.records).toHaveLength(heard);
    expect(probe.failures).toEqual([]);
  }, 60_000);
}
