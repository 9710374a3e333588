import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { DeliveredRecord } from '@edge/ports';
import { eventually } from '@edge/testing/contracts';
import type { Consumer, ConsumerRunConfig, EachBatchPayload } from 'kafkajs';
import { KafkaConsumption } from './kafka-consumption.js';

/** The driver's consumer with its events in the test's hand: what a broker makes it say only now and then. */
class Driver {
  readonly events = { GROUP_JOIN: 'join', CRASH: 'crash', STOP: 'stop', HEARTBEAT: 'heartbeat', FETCH: 'fetch' };
  readonly calls: unknown[] = [];
  readonly resolved: string[] = [];
  private readonly emitter = new EventEmitter();
  private eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined;

  on(event: string, listener: (event: unknown) => void): void { this.emitter.on(event, listener); }
  async run({ eachBatch }: ConsumerRunConfig): Promise<void> { this.eachBatch = eachBatch; }
  seek(to: unknown): void { this.calls.push({ seek: to }); }
  pause(what: unknown): void { this.calls.push({ pause: what }); }
  resume(what: unknown): void { this.calls.push({ resume: what }); }
  async commitOffsets(offsets: unknown): Promise<void> { this.calls.push({ commit: offsets }); }
  async disconnect(): Promise<void> { this.calls.push('disconnect'); }
  async connect(): Promise<void> {
    this.calls.push('connect');
    if (this.unreachable-- > 0) throw new Error('Connection refused');
  }
  unreachable = 0;

  join(partitions: number[]): void { this.emitter.emit('join', { payload: { memberAssignment: partitions.length > 0 ? { topic: partitions } : {} } }); }
  says(event: string, payload: object = {}): void { this.emitter.emit(event, { payload }); }

  async batch(partition: number, offsets: number[]): Promise<void> {
    const messages = offsets.map((offset) => ({ offset: String(offset), key: Buffer.from('k'), value: Buffer.from(`v${offset}`), timestamp: '1', headers: { ce_id: Buffer.from('i') } }));
    await this.eachBatch?.({ batch: { partition, messages }, isRunning: () => true, resolveOffset: (offset: string) => this.resolved.push(`${partition}/${offset}`) } as unknown as EachBatchPayload);
  }
}

async function member({ begin = new Map<number, string>(), sessionTimeoutMs = 10_000, onDeliver = undefined as ((record: DeliveredRecord) => void) | undefined } = {}) {
  const driver = new Driver();
  const heard: string[] = [];
  const assigned: number[][] = [];
  const failures: string[] = [];
  const consumption = new KafkaConsumption({
    consumer: driver as unknown as Consumer, subscription: { topic: 'topic', group: 'group', from: 'earliest' }, begin, sessionTimeoutMs,
    target: { assigned: (partitions) => assigned.push(partitions), deliver: (record) => { heard.push(`${record.partition}/${record.offset}`); onDeliver?.(record); }, failed: (cause) => failures.push(cause.message) },
  });
  const running = consumption.run();
  return { driver, consumption, running, heard, assigned, failures };
}

describe('KafkaConsumption', () => {
  it('passes on nothing of a batch whose partition went away while it was fetched', async () => {
    const { driver, heard } = await member();
    driver.join([0, 1]);
    await driver.batch(0, [5, 6]);
    driver.join([1]);
    await driver.batch(0, [7, 8]);
    await driver.batch(1, [3]);
    expect([heard, driver.resolved]).toEqual([['0/5', '0/6', '1/3'], ['0/5', '0/6', '1/3']]);
  });

  it('begins anew where a broker that wakes up knows no coordinator, again and again, and goes on behind what it has passed on', async () => {
    const { driver, consumption, heard, failures } = await member();
    driver.join([0]);
    await driver.batch(0, [5]);
    driver.unreachable = 1;
    for (let crash = 0; crash < 2; crash += 1) driver.says('crash', { error: Object.assign(new Error('Failed to find group coordinator'), { name: 'KafkaJSGroupCoordinatorNotFound' }), restart: false });
    expect(consumption.alive()).toBe(false);
    await eventually(() => driver.calls.filter((call) => call === 'connect').length === 2, 'the second try');
    driver.join([0]);
    await driver.batch(0, [5, 6]);
    expect([consumption.alive(), heard, failures]).toEqual([true, ['0/5', '0/6'], []]);
  });

  it('goes on behind what it has passed on in partitions it keeps, and forgets those it lost', async () => {
    const { driver, heard } = await member();
    driver.join([0, 1]);
    await driver.batch(0, [5, 6]);
    await driver.batch(1, [8]);
    driver.join([0]);
    expect(driver.calls).toEqual([{ seek: { topic: 'topic', partition: 0, offset: '7' } }]);
    await driver.batch(0, [5, 6, 7]);
    driver.join([0, 1]);
    await driver.batch(1, [8]);
    expect(heard).toEqual(['0/5', '0/6', '1/8', '0/7', '1/8']);
    expect(driver.resolved.slice(3, 6)).toEqual(['0/5', '0/6', '0/7']);
  });

  it('begins where it is told in partitions that its group has never committed', async () => {
    const { driver } = await member({ begin: new Map([[1, '44']]) });
    driver.join([0, 1]);
    expect(driver.calls).toEqual([{ seek: { topic: 'topic', partition: 1, offset: '44' } }]);
    driver.join([1]);
    expect(driver.calls.at(-1)).toEqual({ seek: { topic: 'topic', partition: 1, offset: '44' } });
    driver.join([0]);
    driver.join([1]);
    expect(driver.calls).toHaveLength(2);
  });

  it('commits only what is its own, and refuses while its group is formed anew', async () => {
    const { driver, consumption } = await member();
    driver.join([2]);
    await consumption.commit([{ partition: 1, offset: '5' }, { partition: 2, offset: '6' }]);
    await consumption.commit([{ partition: 1, offset: '9' }]);
    expect(driver.calls).toEqual([{ commit: [{ topic: 'topic', partition: 2, offset: '6' }] }]);
    driver.says('stop');
    await expect(consumption.commit([{ partition: 2, offset: '7' }])).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('stops within a batch when a partition is paused, and keeps it paused through a new assignment', async () => {
    const { driver, consumption, heard } = await member({ onDeliver: ({ offset }) => { if (offset === '6') consumption.pause(0); } });
    driver.join([0, 1]);
    await driver.batch(0, [5, 6, 7, 8]);
    expect([heard, driver.resolved]).toEqual([['0/5', '0/6'], ['0/5', '0/6']]);
    driver.join([0, 1]);
    expect(driver.calls).toEqual([{ pause: [{ topic: 'topic', partitions: [0] }] }, { seek: { topic: 'topic', partition: 0, offset: '7' } }, { pause: [{ topic: 'topic', partitions: [0] }] }]);
    consumption.resume(0);
    await driver.batch(0, [7, 8]);
    expect(heard).toEqual(['0/5', '0/6', '0/7', '0/8']);
  });

  it('waits out a crash after which the driver starts again, and gives up after the other kind', async () => {
    const { driver, consumption, failures } = await member();
    driver.join([0]);
    driver.says('crash', { restart: true, error: new Error('broker away') });
    expect([consumption.alive(), failures]).toEqual([false, []]);
    driver.join([0]);
    expect(consumption.alive()).toBe(true);
    driver.says('crash', { restart: false, error: new Error('no such thing') });
    expect([consumption.alive(), failures]).toEqual([false, ['Reading topic as group: Kafka said: no such thing']]);
  });

  it('rejects when it cannot begin', async () => {
    const { driver, running, failures } = await member();
    driver.says('crash', { restart: false, error: new Error('not you') });
    await expect(running).rejects.toMatchObject({ detail: 'Reading topic as group: Kafka said: not you' });
    expect(failures).toEqual([]);
  });

  it('is not alive when nothing has been heard of the driver for two sessions', async () => {
    const { driver, consumption } = await member({ sessionTimeoutMs: 10 });
    driver.join([0]);
    await eventually(() => !consumption.alive(), 'silence');
    driver.says('heartbeat');
    expect(consumption.alive()).toBe(true);
  });
});
