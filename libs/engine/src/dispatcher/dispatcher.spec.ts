import { describe, expect, it } from '@jest/globals';
import { errors } from '@edge/contracts';
import type { DeliveredRecord } from '@edge/ports';
import { settled, SteppedBus, SteppedClock } from '@edge/testing/stepped';
import { Dispatcher } from './dispatcher.js';
import type { DispatchContext, DispatcherOptions } from './dispatcher-options.js';

/** A dispatcher whose handlers end when the test says so. */
async function world(options: Partial<DispatcherOptions> = {}, partitions = 2) {
  const bus = new SteppedBus(partitions);
  const clock = new SteppedClock();
  const started: { value: string; context: DispatchContext; end: (error?: Error) => void }[] = [];
  const letters: { value: string; cause: string; attempts: number }[] = [];
  const dispatcher = new Dispatcher({
    bus, clock, subscription: { topic: 'topic', group: 'group', from: 'earliest' },
    handle: (record, context) => new Promise((resolve, reject) => { started.push({ value: record.value, context, end: (error) => (error ? reject(error) : resolve()) }); }),
    deadLetter: async ({ value }: DeliveredRecord, cause, attempts) => { letters.push({ value, cause, attempts }); },
    ...options,
  });
  await dispatcher.start();
  bus.assign(Array.from({ length: partitions }, (_, at) => at));
  const deliver = async (): Promise<void> => {
    bus.deliverAll();
    await settled();
  };
  const end = async (value: string, error?: Error): Promise<void> => {
    const index = started.findLastIndex((one) => one.value === value);
    started[index]?.end(error);
    await settled();
  };
  return { bus, clock, dispatcher, started, letters, deliver, end, values: () => started.map(({ value }) => value) };
}

describe('Dispatcher', () => {
  it('handles one key in order and other keys beside it', async () => {
    const { bus, deliver, end, values } = await world();
    for (const [key, value] of [['a', 'a1'], ['a', 'a2'], ['b', 'b1']] as const) bus.append(0, { key, value });
    await deliver();
    expect(values()).toEqual(['a1', 'b1']);
    await end('a1');
    expect(values()).toEqual(['a1', 'b1', 'a2']);
  });

  it('commits up to the first record that is not done, a moment after something was done', async () => {
    const { bus, clock, deliver, end } = await world();
    for (const key of ['a', 'b', 'c']) bus.append(0, { key, value: key });
    await deliver();
    await end('b');
    await clock.pass(1000);
    expect(bus.commits).toEqual([]);
    await end('a');
    await clock.pass(1000);
    await end('c');
    await clock.pass(1000);
    expect(bus.commits).toEqual([{ partition: 0, offset: 9 }, { partition: 0, offset: 10 }]);
    expect(clock.pending).toBe(0);
  });

  it('commits again what a failed commit did not', async () => {
    const { bus, clock, deliver, end } = await world();
    bus.append(0, { key: 'a', value: 'a' });
    bus.commitFailures = 2;
    await deliver();
    await end('a');
    await clock.pass(5000);
    expect(bus.commits).toEqual([{ partition: 0, offset: 4 }]);
  });

  it('tries a failed record again in its lane, then makes it a dead letter and goes on', async () => {
    const { bus, clock, deliver, end, letters, values } = await world({ retries: { attempts: 3 } });
    bus.append(0, { key: 'a', value: 'bad' });
    bus.append(0, { key: 'a', value: 'good' });
    await deliver();
    for (const why of ['one', 'two', 'three']) {
      await end('bad', new Error(why));
      await clock.pass(10_000);
    }
    expect(letters).toEqual([{ value: 'bad', cause: 'three', attempts: 3 }]);
    expect(values()).toEqual(['bad', 'bad', 'bad', 'good']);
    await end('good');
    await clock.pass(1000);
    expect(bus.committed[0]).toBe(7);
  });

  it('holds a record for as long as a store is away, and makes no dead letter of it', async () => {
    const { bus, clock, deliver, end, letters, started } = await world({ retries: { attempts: 2 } });
    bus.append(0, { key: 'a', value: 'a' });
    await deliver();
    for (let n = 0; n < 20; n += 1) {
      await end('a', n % 2 ? errors.storeFull('full') : errors.unavailable('away'));
      await clock.pass(10_000);
    }
    await end('a');
    expect([letters, started.at(-1)?.context.attempt]).toEqual([[], 21]);
  });

  it('makes a dead letter of what is refused at intake, without an attempt, and insists on it', async () => {
    const letters: string[] = [];
    let failures = 2;
    const { bus, clock, deliver, values } = await world({
      refuse: ({ value }) => (value === 'poison' ? 'Its value is not JSON.' : undefined),
      deadLetter: async ({ value }, cause) => {
        failures -= 1;
        if (failures >= 0) throw new Error('The bus is away.');
        letters.push(`${value}: ${cause}`);
      },
    });
    bus.append(0, { key: 'a', value: 'poison' });
    bus.append(0, { key: 'a', value: 'good' });
    await deliver();
    await clock.pass(60_000);
    expect([letters, values()]).toEqual([['poison: Its value is not JSON.'], ['good']]);
  });

  it('handles control records at once, whatever lies before them in their lane', async () => {
    const { bus, deliver, values } = await world({ control: ({ value }) => value === 'cancel' });
    for (const value of ['run', 'next', 'cancel']) bus.append(0, { key: 'host', value });
    await deliver();
    expect(values()).toEqual(['run', 'cancel']);
  });

  it('takes no more than the cap and goes on below half of it', async () => {
    const { bus, deliver, dispatcher, end, values } = await world({ caps: { inFlight: 4 } });
    for (let n = 0; n < 10; n += 1) bus.append(n % 2, { key: String(n), value: String(n) });
    await deliver();
    expect([dispatcher.stats().inFlight, bus.ready()]).toEqual([4, []]);
    const [one, two] = values();
    await end(one ?? '');
    expect(bus.ready()).toEqual([]);
    await end(two ?? '');
    await deliver();
    expect(dispatcher.stats().inFlight).toBe(4);
  });

  it('lets one partition take its share only, while the others go on', async () => {
    const { bus, deliver, dispatcher, end, values } = await world({ caps: { bytes: 1_000, share: 100 } });
    const noise = (name: string) => ({ key: name, value: name.repeat(30) });
    for (const name of ['aa', 'bb', 'cc']) bus.append(0, noise(name));
    bus.append(1, noise('zz'));
    await deliver();
    expect(values()).toEqual([noise('aa').value, noise('bb').value, noise('zz').value]);
    expect(dispatcher.stats().partitions.map(({ paused }) => paused)).toEqual([true, false]);
    await end(noise('bb').value);
    await deliver();
    expect(values()).toHaveLength(3); // more than half of its share is in hand
    await end(noise('aa').value);
    await deliver();
    expect(values()).toContain(noise('cc').value);
  });

  it('holds back by size and by what would have to be repeated', async () => {
    const bySize = await world({ caps: { bytes: 100 } });
    for (const key of ['a', 'b', 'c']) bySize.bus.append(0, { key, value: key.repeat(60) });
    await bySize.deliver();
    expect(bySize.dispatcher.stats().inFlight).toBe(2);
    const bySpan = await world({ caps: { span: 3 } });
    for (const key of ['stuck', 'b', 'c', 'd']) bySpan.bus.append(0, { key, value: key });
    bySpan.bus.append(1, { key: 'other', value: 'other' });
    await bySpan.deliver();
    for (const key of ['b', 'c']) await bySpan.end(key);
    await bySpan.deliver();
    expect(bySpan.values()).toEqual(['stuck', 'b', 'c', 'other']);
    await bySpan.end('stuck');
    await bySpan.deliver();
    expect(bySpan.values()).toContain('d');
  });

  it('keeps what it does in partitions that stay, and skips what comes again', async () => {
    const { bus, clock, deliver, end, started } = await world();
    for (const value of ['a', 'b']) bus.append(0, { key: value, value });
    await deliver();
    bus.assign([0]);
    await deliver();
    expect(started.map(({ value, context }) => [value, context.signal.aborted])).toEqual([['a', false], ['b', false]]);
    for (const value of ['a', 'b']) await end(value);
    await clock.pass(1000);
    expect(bus.committed[0]).toBe(7);
  });

  it('aborts what it does in partitions that go, commits nothing of them, and waits for it before doing it again', async () => {
    const { bus, clock, deliver, dispatcher, end, started } = await world();
    bus.append(0, { key: 'a', value: 'a' });
    await deliver();
    bus.assign([1]);
    expect([started[0]?.context.signal.aborted, dispatcher.stats().inFlight]).toEqual([true, 0]);
    bus.assign([0, 1]);
    await deliver();
    expect(started).toHaveLength(1);
    await end('a');
    await clock.pass(1000);
    expect([started.length, bus.commits]).toEqual([2, []]);
    await end('a');
    await clock.pass(1000);
    expect(bus.commits).toEqual([{ partition: 0, offset: 4 }]);
  });

  it('drains: lets what runs finish, starts nothing more, commits, leaves the rest', async () => {
    const { bus, clock, deliver, dispatcher, end, values } = await world();
    for (const [key, value] of [['a', 'a1'], ['a', 'a2'], ['b', 'b1']] as const) bus.append(0, { key, value });
    await deliver();
    const stopped = dispatcher.stop(25_000);
    await end('a1');
    await end('b1');
    await stopped;
    expect([values(), bus.committed[0], bus.closed, dispatcher.alive(), clock.pending]).toEqual([['a1', 'b1'], 6, true, false, 0]);
  });

  it('is not held up in the end by a bus that answers no commit', async () => {
    const { bus, clock, deliver, dispatcher, end } = await world();
    bus.append(0, { key: 'a', value: 'a' });
    await deliver();
    await end('a');
    bus.silent = true;
    const stopped = dispatcher.stop(25_000);
    await clock.pass(3_000);
    await stopped;
    expect([bus.commits, bus.closed]).toEqual([[], true]);
  });

  it('aborts what does not finish within the drain', async () => {
    const { bus, clock, deliver, dispatcher, started } = await world();
    bus.append(0, { key: 'a', value: 'a' });
    await deliver();
    const stopped = dispatcher.stop(25_000);
    await clock.pass(25_000);
    await stopped;
    expect([started[0]?.context.signal.aborted, bus.commits, bus.closed]).toEqual([true, [], true]);
  });

  it('is not alive once the driver gave up, and says so', async () => {
    const causes: string[] = [];
    const { bus, dispatcher } = await world({ failed: (cause) => causes.push(cause.message) });
    expect(dispatcher.alive()).toBe(true);
    bus.fail(new Error('gone'));
    expect([dispatcher.alive(), causes]).toEqual([false, ['gone']]);
  });
});
