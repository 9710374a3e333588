import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LockPlaces } from './lock-places.js';

const entry = (action: string, ...keys: string[]) => ({ action, space: 's', keys });
const requests = fc.array(fc.record({ action: fc.integer({ min: 0, max: 8 }).map(String), keys: fc.uniqueArray(fc.constantFrom('p', 'q', 'h1', 'h2', 'h3'), { minLength: 1 }) }), { maxLength: 30 });

describe('LockPlaces', () => {
  it('admits what conflicts with nobody, and the same action again', () => {
    const places = new LockPlaces();
    expect([places.admit(entry('a', 'p', 'h1')), places.admit(entry('a', 'p', 'h1')), places.admit(entry('b', 'q', 'h2'))]).toEqual([{ state: 'held' }, { state: 'held' }, { state: 'held' }]);
    expect(places.drafted()).toHaveLength(2);
  });

  it('queues first in first out over whole sets', () => {
    const places = new LockPlaces();
    places.admit(entry('a', 'h1'));
    places.admit(entry('b', 'h1', 'h2'));
    expect(places.admit(entry('c', 'h2'))).toMatchObject({ state: 'queued', position: 2, holder: { action: 'b' } });
    places.free('a');
    expect(places.admit(entry('c', 'h2'))).toMatchObject({ state: 'queued', position: 2 });
    expect(places.admit(entry('b', 'h1', 'h2'))).toEqual({ state: 'held' });
    expect(places.admit(entry('c', 'h2'))).toMatchObject({ state: 'queued', position: 1, holder: { action: 'b' } });
    expect(places.of('h2')).toEqual({ holding: [entry('b', 'h1', 'h2')], waiting: [entry('c', 'h2')] });
  });

  it('never lets two holders share a key, and lets everybody in at last', () => {
    fc.assert(fc.property(requests, (asked) => {
      const wanted = new Map(asked.map((one) => [one.action, { ...one, space: 's' }]));
      const places = new LockPlaces();
      for (const one of wanted.values()) places.admit(one);
      for (let ended = 0; ended < wanted.size; ended++) {
        const { holders, queue } = places.table();
        const keys = holders.flatMap((holder) => holder.keys);
        expect(new Set(keys).size).toBe(keys.length);
        expect(holders.length).toBeGreaterThan(0);
        places.free(holders[0]!.action);
        for (const one of queue) places.admit(one);
      }
      expect(places.table()).toEqual({ holders: [], queue: [] });
    }));
  });

  it('decides as one who looks through holders and earlier waiters one by one', () => {
    fc.assert(fc.property(requests, fc.array(fc.nat(8), { maxLength: 10 }), (asked, freed) => {
      const [places, plain] = [new LockPlaces(), { holders: [] as typeof asked, queue: [] as typeof asked }];
      const admit = (one: (typeof asked)[number]) => {
        if (plain.holders.some(({ action }) => action === one.action)) return 'held';
        const at = plain.queue.findIndex(({ action }) => action === one.action);
        const mine = at < 0 ? one : plain.queue[at]!;
        const earlier = plain.queue.slice(0, at < 0 ? undefined : at);
        const conflicts = (other: typeof one) => other.keys.some((key) => mine.keys.includes(key));
        if (![...plain.holders, ...earlier].some(conflicts)) {
          plain.queue = plain.queue.filter(({ action }) => action !== one.action);
          plain.holders.push(mine);
          return 'held';
        }
        if (at < 0) plain.queue.push(one);
        return `queued ${earlier.filter(conflicts).length + 1}`;
      };
      const known = new Map<string, (typeof asked)[number]>();
      for (const [index, one] of asked.entries()) {
        const same = known.get(one.action) ?? one;
        known.set(one.action, same);
        const state = places.admit({ ...same, space: 's' });
        expect(state.state === 'held' ? 'held' : `queued ${state.position}`).toBe(admit(same));
        const gone = String(freed[index] ?? '');
        places.free(gone);
        plain.holders = plain.holders.filter(({ action }) => action !== gone);
        plain.queue = plain.queue.filter(({ action }) => action !== gone);
        if (!plain.holders.some(({ action }) => action === gone) && !plain.queue.some(({ action }) => action === gone)) known.delete(gone);
      }
      expect(places.table().queue.map(({ action }) => action)).toEqual(plain.queue.map(({ action }) => action));
    }));
  });

  it('is as before when what was decided is undone', () => {
    fc.assert(fc.property(requests, requests, (kept, undone) => {
      const places = new LockPlaces();
      for (const one of kept) places.admit({ ...one, space: 's' });
      places.keep();
      const before = places.table();
      for (const [index, one] of undone.entries()) {
        if (index % 3 === 2) places.free(one.action);
        else places.admit({ ...one, space: 's' });
      }
      places.undo();
      const { holders, queue } = places.table();
      expect([new Set(holders), queue]).toEqual([new Set(before.holders), before.queue]);
    }));
  });
});
