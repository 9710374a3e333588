import { expect, it } from '@jest/globals';
import { errors } from '@edge/contracts';
import type { DeliveredRecord } from '@edge/ports';
import { settled, SteppedBus, SteppedClock } from '@edge/testing/stepped';
import fc from 'fast-check';
import { Dispatcher } from './dispatcher.js';
import type { DispatchContext } from './dispatcher-options.js';

const PARTITIONS = 3;
const CAP = 5;

/** Watches a dispatcher from outside and knows what it must never do. */
class Watch {
  readonly done = new Set<DeliveredRecord>();
  readonly violations: string[] = [];
  private readonly running = new Map<string, { record: DeliveredRecord; signal: AbortSignal }>();
  private readonly begun = new Map<DeliveredRecord, number>();
  private readonly losses = new Map<number, number>();

  constructor(private readonly bus: SteppedBus) {
    bus.onCommit = (partition, offset) => {
      if (!bus.owned.includes(partition)) this.violations.push(`commit of foreign partition ${partition}`);
      for (const record of bus.logs[partition] ?? []) if (Number(record.offset) < offset && !this.done.has(record)) this.violations.push(`commit ${offset} beyond unfinished ${record.offset}`);
    };
  }

  begins(record: DeliveredRecord, { attempt, signal }: DispatchContext): void {
    const lane = `${record.partition}/${record.key}`;
    if (this.running.has(lane)) this.violations.push(`two of lane ${lane} at once`);
    this.running.set(lane, { record, signal });
    if (attempt === 1) this.begun.set(record, (this.begun.get(record) ?? 0) + 1);
    if ((this.begun.get(record) ?? 0) > 1 + (this.losses.get(record.partition) ?? 0)) this.violations.push(`${lane} ${record.offset} again, though its partition stayed`);
    const earlier = (this.bus.logs[record.partition] ?? []).filter((other) => other.key === record.key && Number(other.offset) < Number(record.offset));
    if (earlier.some((other) => !this.done.has(other))) this.violations.push(`${lane} ${record.offset} before its turn`);
  }

  assigns(partitions: number[]): void {
    for (const partition of this.bus.owned.filter((owned) => !partitions.includes(owned))) this.losses.set(partition, (this.losses.get(partition) ?? 0) + 1);
    this.bus.assign(partitions);
    for (const { record, signal } of this.running.values()) if (!partitions.includes(record.partition) && !signal.aborted) this.violations.push(`${record.partition} lost, its work not aborted`);
  }

  ends(record: DeliveredRecord): void {
    this.running.delete(`${record.partition}/${record.key}`);
  }
}

type Outcome = 'ok' | 'fail' | 'away';
type Move = 'deliver' | 'end' | 'time' | { assign: number[] } | 'commit-fails';

const moves = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Move>('deliver', 'end') },
  { weight: 3, arbitrary: fc.constant<Move>('time') },
  { weight: 1, arbitrary: fc.record({ assign: fc.subarray([0, 1, 2]) }) },
  { weight: 1, arbitrary: fc.constant<Move>('commit-fails') },
), { maxLength: 100 });

const plan = fc.record({
  records: fc.array(fc.record({ partition: fc.nat(PARTITIONS - 1), key: fc.constantFrom('a', 'b', 'c', 'd') }), { minLength: 1, maxLength: 40 }),
  outcomes: fc.array(fc.constantFrom<Outcome>('ok', 'ok', 'ok', 'fail', 'away'), { minLength: 1, maxLength: 20 }),
  choices: fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 }),
  moves,
});

it('never commits past an unfinished record, keeps lanes in order, stays below its cap and loses nothing, whatever the interleaving', async () => {
  await fc.assert(fc.asyncProperty(plan, async ({ records, outcomes, choices, moves: chosen }) => {
    const bus = new SteppedBus(PARTITIONS);
    const clock = new SteppedClock();
    const watch = new Watch(bus);
    const open: (() => void)[] = [];
    let turn = 0;
    const next = <T>(list: T[]): T | undefined => list[(turn += 1) % list.length];
    const dispatcher = new Dispatcher({
      bus, clock, subscription: { topic: 'topic', group: 'group', from: 'earliest' }, caps: { inFlight: CAP, span: 8 }, retries: { attempts: 2 },
      handle: async (record, context) => {
        watch.begins(record, context);
        await new Promise<void>((resolve) => open.push(resolve));
        watch.ends(record);
        const outcome = next(outcomes);
        if (outcome === 'away') throw errors.unavailable('away');
        if (outcome === 'fail') throw new Error('bad');
        if (!context.signal.aborted) watch.done.add(record);
      },
      deadLetter: async (record) => { watch.done.add(record); },
    });
    const endOne = (): void => { open.splice((next(choices) ?? 0) % Math.max(1, open.length), 1)[0]?.(); };
    const move = (one: Move): void => {
      if (typeof one === 'object') watch.assigns(one.assign);
      else if (one === 'deliver') for (let left = (next(choices) ?? 0) % 8; left >= 0; left -= 1) bus.deliver(bus.ready()[0] ?? -1);
      else if (one === 'end') endOne();
      else if (one === 'time') clock.step();
      else bus.commitFailures = 1;
    };
    await dispatcher.start();
    for (const { partition, key } of records) bus.append(partition, { key, value: key });
    watch.assigns([0, 1, 2]);
    for (const one of chosen) {
      move(one);
      if ((next(choices) ?? 0) % 2) await settled();
      if (dispatcher.stats().inFlight > CAP) watch.violations.push(`${dispatcher.stats().inFlight} in flight`);
    }
    outcomes.splice(0, outcomes.length, 'ok');
    watch.assigns([0, 1, 2]);
    for (let quiet = 0; quiet < 3;) {
      const before = watch.done.size + bus.commits.length;
      for (const one of ['deliver', 'end', 'end', 'time'] as const) move(one);
      await settled();
      const moving = open.length > 0 || bus.ready().length > 0 || clock.pending > 0 || watch.done.size + bus.commits.length > before;
      quiet = moving ? 0 : quiet + 1;
    }
    expect(watch.violations).toEqual([]);
    expect(watch.done.size).toBe(records.length);
    expect(bus.committed.map((offset, partition) => offset === Number(bus.logs[partition]?.at(-1)?.offset ?? -1) + 1)).toEqual([true, true, true]);
    expect(dispatcher.stats()).toMatchObject({ inFlight: 0, bytes: 0, lanes: 0 });
  }), { numRuns: 2000 });
}, 120_000);
