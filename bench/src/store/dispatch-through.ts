import { setTimeout as wait } from 'node:timers/promises';
import { Dispatcher } from '@edge/engine';
import { type Bus, Clock } from '@edge/ports';
import type { Measured } from './figures.js';
import { perSecond } from './samples.js';

class MachineClock extends Clock {
  override now(): number {
    return Date.now();
  }

  override at(timeMs: number, call: () => void): () => void {
    const timer = setTimeout(call, Math.max(0, timeMs - Date.now()));
    return () => clearTimeout(timer);
  }
}

const MESSAGES = 10_000;
const WORK_MS = 200;

/** The dispatcher over a bus: thousands of handlers that wait for something, as commands on hosts do. One after the other they would take 2,000 s. */
export async function dispatchThrough(bus: Bus, { keys = 1000, topic = 'work' }: { keys?: number; topic?: string } = {}): Promise<Measured[]> {
  await bus.ensureTopics([{ name: topic, partitions: 48, retentionMs: 1e9 }]);
  for (let n = 0; n < MESSAGES; n += 500) {
    await bus.publish(Array.from({ length: 500 }, (_, at) => ({ topic, key: `host-${(n + at) % keys}`, headers: {}, value: String(n + at) })));
  }
  const last = new Map<string, number>();
  let [handled, disorder, highest] = [0, 0, 0];
  let finish: () => void = () => undefined;
  const all = new Promise<void>((resolve) => { finish = resolve; });
  const dispatcher = new Dispatcher({
    bus, clock: new MachineClock(), subscription: { topic, group: 'bench', from: 'earliest' }, caps: { inFlight: 2000 },
    handle: async ({ key, value }) => {
      if ((last.get(key) ?? -1) >= Number(value)) disorder += 1;
      last.set(key, Number(value));
      highest = Math.max(highest, dispatcher.stats().inFlight);
      await wait(WORK_MS);
      handled += 1;
      if (handled === MESSAGES) finish();
    },
    deadLetter: async (record, cause) => { throw new Error(`${record.value}: ${cause}`); },
  });
  const value = await perSecond(MESSAGES, async () => {
    await dispatcher.start();
    await all;
  });
  await dispatcher.stop(1000);
  return [
    { name: 'dispatch_per_second', value, unit: '/s', goal: 1500, better: 'more', about: `10,000 messages of ${keys.toLocaleString('en')} keys, 200 ms of waiting each, at most 2,000 at once` },
    { name: 'dispatch_order_violations', value: disorder, unit: '', goal: 0, about: '  of these out of the order of their key' },
    { name: 'dispatch_most_in_flight', value: highest, unit: '', goal: 2000, about: '  most at once' },
  ];
}
