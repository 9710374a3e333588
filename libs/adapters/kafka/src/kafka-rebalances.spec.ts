import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Consumption, DeliveredRecord } from '@edge/ports';
import { eventually } from '@edge/testing/contracts';
import { engineAddress, probeEngine, stopEngines } from '@edge/testing/engines';
import { KafkaBus } from './kafka-bus.js';

const probe = await probeEngine('kafka');
const suite = probe.available ? describe : describe.skip;
/** More of them by hand: `EDGE_TEST_REBALANCES=50`. */
const rebalances = Number(process.env.EDGE_TEST_REBALANCES ?? 8);

/** What all members of a group have seen and committed together. */
class Group {
  readonly heard = new Set<string>();
  readonly faults: string[] = [];
  private readonly committed = new Map<number, bigint>();
  private readonly newest = new Map<string, number>();

  hears({ partition, offset, key, value }: DeliveredRecord): void {
    if (BigInt(offset) < (this.committed.get(partition) ?? 0n)) this.faults.push(`${partition}/${offset} came again, committed was ${this.committed.get(partition)}`);
    if (Number(value) > (this.newest.get(key) ?? -1) + 1) this.faults.push(`${key}: ${value} after ${this.newest.get(key)}`);
    this.newest.set(key, Math.max(Number(value), this.newest.get(key) ?? -1));
    this.heard.add(`${key}/${value}`);
  }

  hasCommitted(partition: number, offset: bigint): void {
    if (offset > (this.committed.get(partition) ?? 0n)) this.committed.set(partition, offset);
  }
}

/** A member that commits everything it was given, a moment later. */
class Member {
  private readonly next = new Map<number, bigint>();
  private handle: Consumption | undefined;
  private timer: NodeJS.Timeout | undefined;
  private committing: Promise<void> = Promise.resolve();

  constructor(private readonly group: Group) {}

  async join(bus: KafkaBus, topic: string, group: string): Promise<this> {
    this.handle = await bus.subscribe({ topic, group, from: 'earliest' }, {
      assigned: (partitions) => { for (const partition of this.next.keys()) if (!partitions.includes(partition)) this.next.delete(partition); },
      deliver: (record) => {
        this.group.hears(record);
        this.next.set(record.partition, BigInt(record.offset) + 1n);
      },
      failed: (cause) => this.group.faults.push(cause.message),
    });
    this.timer = setInterval(() => { this.committing = this.committing.then(() => this.commit()); }, 50);
    return this;
  }

  async leave(): Promise<void> {
    clearInterval(this.timer);
    await this.committing;
    await this.commit();
    await this.handle?.close();
  }

  /** A commit that a rebalance refuses is done again with the next one. */
  private async commit(): Promise<void> {
    const offsets = [...this.next].map(([partition, offset]) => ({ partition, offset: String(offset) }));
    const done = await this.handle?.commit(offsets).then(() => true, () => false);
    if (done) for (const { partition, offset } of offsets) if (this.next.has(partition)) this.group.hasCommitted(partition, BigInt(offset));
  }
}

suite(`Kafka's groups${probe.available ? '' : ` (${probe.reason})`}`, () => {
  let bus: KafkaBus;
  beforeAll(async () => { bus = await KafkaBus.open({ brokers: (await engineAddress('kafka')).split(',') }); }, 60_000);
  afterAll(async () => { await bus.close(); await stopEngines(); }, 60_000);

  it('give every record to somebody, in the order of its key, and nothing committed twice, while members come and go', async () => {
    const topic = `rebalances-${Date.now()}`;
    await bus.ensureTopics([{ name: topic, partitions: 8, retentionMs: 3_600_000 }]);
    const group = new Group();
    const keys = Array.from({ length: 16 }, (_, n) => `k${n}`);
    let published = 0;
    let stopping = false;
    const writing = (async () => {
      for (; !stopping; published += 1) await bus.publish(keys.map((key) => ({ topic, key, headers: {}, value: String(published) })));
    })();
    const members: Member[] = [await new Member(group).join(bus, topic, topic)];
    const change = async (n: number): Promise<void> => {
      if (members.length < 2 || (members.length < 4 && n % 3 !== 2)) members.push(await new Member(group).join(bus, topic, topic));
      else await members.shift()?.leave();
      const before = group.heard.size;
      await eventually(() => group.heard.size > before + 100, 'records after the group has changed');
    };
    try {
      for (let n = 0; n < rebalances; n += 1) await change(n);
    } finally {
      stopping = true;
    }
    await writing;
    await eventually(() => group.heard.size === published * keys.length, 'every record');
    expect(group.faults).toEqual([]);
    await Promise.all(members.map((member) => member.leave()));
  }, 60_000 + rebalances * 20_000);

  it('do not give a member again what it has heard of the partitions that it keeps', async () => {
    const topic = `kept-${Date.now()}`;
    await bus.ensureTopics([{ name: topic, partitions: 4, retentionMs: 3_600_000 }]);
    await bus.publish(Array.from({ length: 40 }, (_, n) => ({ topic, key: `k${n}`, headers: {}, value: String(n) })));
    const heard: string[] = [];
    const owned: number[][] = [];
    const deaf = { assigned: () => undefined, deliver: () => undefined, failed: () => undefined };
    const first = await bus.subscribe({ topic, group: topic, from: 'earliest' }, { ...deaf, assigned: (partitions) => owned.push(partitions), deliver: ({ partition, offset }) => heard.push(`${partition}/${offset}`) });
    await eventually(() => heard.length === 40, 'all records');
    const second = await bus.subscribe({ topic, group: topic, from: 'earliest' }, deaf);
    await eventually(() => owned.at(-1)?.length === 2, 'two partitions with the first member');
    const kept = owned.at(-1) ?? [];
    for (let n = 0; n < 20; n += 1) await bus.publish([{ topic, key: `more${n}`, headers: {}, value: '' }]);
    await eventually(() => heard.length > 40, 'a new record');
    const again = heard.filter((place, at) => heard.indexOf(place) !== at && kept.includes(Number(place.split('/')[0])));
    expect(again).toEqual([]);
    await Promise.all([first.close(), second.close()]);
  }, 60_000);
});
