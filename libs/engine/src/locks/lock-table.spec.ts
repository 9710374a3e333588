import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { admit, free, type LockTableDocument } from './lock-table.js';

const entry = (action: string, ...keys: string[]) => ({ action, space: 's', keys });
const empty: LockTableDocument = { holders: [], queue: [] };

describe('the lock table', () => {
  it('admits what conflicts with nobody, and the same action again', () => {
    const { table } = admit(empty, entry('a', 'p', 'h1'));
    expect(admit(table, entry('a', 'p', 'h1')).answer).toEqual({ state: 'held' });
    expect(admit(table, entry('b', 'q', 'h2')).answer).toEqual({ state: 'held' });
  });

  it('queues first in first out over whole sets', () => {
    let table = admit(empty, entry('a', 'h1')).table;
    table = admit(table, entry('b', 'h1', 'h2')).table;
    const late = admit(table, entry('c', 'h2'));
    expect(late.answer).toMatchObject({ state: 'queued', position: 2, holder: { action: 'b' } });
    table = free(late.table, 'a');
    expect(admit(table, entry('c', 'h2')).answer).toMatchObject({ state: 'queued' });
    table = admit(table, entry('b', 'h1', 'h2')).table;
    expect(admit(table, entry('c', 'h2')).answer).toMatchObject({ state: 'queued', holder: { action: 'b' } });
  });

  it('never lets two holders share a key, and lets everybody in at last', () => {
    const request = fc.record({ action: fc.integer({ min: 0, max: 8 }).map(String), keys: fc.uniqueArray(fc.constantFrom('p', 'q', 'h1', 'h2', 'h3'), { minLength: 1 }) });
    fc.assert(fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
      const wanted = new Map(requests.map((one) => [one.action, { ...one, space: 's' }]));
      let table = empty;
      for (const one of wanted.values()) table = admit(table, one).table;
      for (let ended = 0; ended < wanted.size; ended++) {
        const keys = table.holders.flatMap((holder) => holder.keys);
        expect(new Set(keys).size).toBe(keys.length);
        expect(table.holders.length).toBeGreaterThan(0);
        table = free(table, table.holders[0]!.action);
        for (const one of table.queue) table = admit(table, one).table;
      }
      expect(table).toEqual(empty);
    }));
  });
});
