import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BusProbe, busRecord } from '@edge/testing/contracts';
import { openSqlite, type SqliteStores } from './open-sqlite.js';

const hour = 3_600_000;

describe('prune', () => {
  let folder: string;
  let stores: SqliteStores;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'edge-prune-'));
    stores = await openSqlite({ folder });
  });
  afterAll(async () => {
    await stores.close();
    rmSync(folder, { recursive: true });
  });

  const values = Array.from({ length: 20 }, (_, at) => String(at));
  const topicWith = async (name: string, retentionMs: number): Promise<string> => {
    await stores.bus.ensureTopics([{ name, partitions: 2, retentionMs }]);
    await stores.bus.publish(values.map((value) => busRecord(name, value, 'one key')));
    return name;
  };
  const left = async (topic: string): Promise<string[]> => {
    const probe = await BusProbe.on(stores.bus, { topic, group: 'who looks', from: 'earliest' });
    await stores.bus.publish([busRecord(topic, 'last', 'one key')]);
    await probe.hears(['last']);
    await probe.handle.close();
    return probe.values().slice(0, -1);
  };

  it('removes what every group has committed, and never beyond a commit', async () => {
    const topic = await topicWith('consumed', hour);
    const [fast, slow] = [await BusProbe.on(stores.bus, { topic, group: 'fast', from: 'earliest' }), await BusProbe.on(stores.bus, { topic, group: 'slow', from: 'earliest' })];
    await Promise.all([fast.hears(values), slow.hears(values)]);
    await fast.commitAll();
    expect(await stores.prune(0)).toBe(0);
    const tenth = slow.records[10];
    await slow.handle.commit([{ partition: tenth?.partition ?? 0, offset: tenth?.offset ?? '0' }]);
    expect(await stores.prune(0)).toBe(10);
    await Promise.all([fast.handle.close(), slow.handle.close()]);
    expect(await left(topic)).toEqual(values.slice(10));
  });

  it('forgets readers that are gone, and keeps for one that lags what it lacks: the file stays as small as that', async () => {
    const topic = await topicWith('busy', hour);
    const [gone, here] = [await BusProbe.on(stores.bus, { topic, group: 'gone', from: 'earliest' }), await BusProbe.on(stores.bus, { topic, group: 'here', from: 'earliest' })];
    await Promise.all([gone.hears(values), here.hears(values)]);
    await gone.handle.close();
    const sizes: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      await stores.bus.publish(Array.from({ length: 500 }, (_, n) => busRecord(topic, `${round}/${n} ${'x'.repeat(2_000)}`, 'one key')));
      await here.hears([`${round}/499 ${'x'.repeat(2_000)}`]);
      await here.commitAll();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await stores.prune(0);
      sizes.push((await stores.stats()).edge.bytes);
    }
    expect([sizes.every((bytes) => bytes < 2_000_000), await left(topic)]).toEqual([true, []]);
    await here.handle.close();
  });

  it('keeps records for the time of their topic, or less where the retention is less', async () => {
    const topic = await topicWith('young', hour);
    expect(await stores.prune(30 * 24 * hour)).toBe(0);
    expect(await left(topic)).toEqual(values);
  });

  it('removes old records of a topic that nobody reads', async () => {
    await topicWith('unread', 0);
    expect(await stores.prune(30 * 24 * hour)).toBe(values.length);
  });

  it('never uses an offset twice', async () => {
    const topic = await topicWith('offsets', hour);
    const probe = await BusProbe.on(stores.bus, { topic, group: 'all', from: 'earliest' });
    await probe.hears(values);
    await probe.commitAll();
    await stores.prune(0);
    await stores.bus.publish([busRecord(topic, 'next', 'one key')]);
    await probe.hears(['next']);
    const offsets = probe.records.map(({ offset }) => Number(offset));
    expect(Math.max(...offsets)).toBe(offsets.at(-1));
    await probe.handle.close();
  });
});
