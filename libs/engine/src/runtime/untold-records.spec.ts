import { describe, expect, it } from '@jest/globals';
import type { JournalRecord } from '@edge/contracts';
import { untoldRecords } from './untold-records.js';

const journal = (...types: JournalRecord['type'][]) => types.map((type, seq) => ({ type, seq }) as JournalRecord);
const untold = (...types: JournalRecord['type'][]) => untoldRecords(journal(...types)).map(({ seq }) => seq);

describe('untoldRecords', () => {
  it('names what came after the last claim', () => {
    expect([untold(), untold('claim', 'status', 'status'), untold('claim', 'status', 'claim'), untold('claim', 'status', 'claim', 'end')]).toEqual([[], [1, 2], [], [3]]);
  });

  it('names what came after the last schedule record that something follows', () => {
    expect(untold('claim', 'status', 'schedule', 'result', 'schedule', 'result', 'result')).toEqual([5, 6]);
    expect(untold('claim', 'status', 'schedule', 'result', 'schedule')).toEqual([3, 4]);
    expect(untold('claim', 'status', 'schedule')).toEqual([1, 2]);
  });
});
