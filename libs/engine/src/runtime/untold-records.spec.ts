import { describe, expect, it } from '@jest/globals';
import type { JournalRecord } from '@edge/contracts';
import { untoldRecords } from './untold-records.js';

const journal = (...types: JournalRecord['type'][]) => types.map((type, seq) => ({ type, seq }) as JournalRecord);
const untold = (...types: JournalRecord['type'][]) => untoldRecords(journal(...types)).map(({ seq }) => seq);

describe('untoldRecords', () => {
  it('names everything before the first schedule record is followed by something', () => {
    expect([untold(), untold('claim', 'status', 'claim'), untold('claim', 'status', 'schedule', 'claim')]).toEqual([[], [0, 1, 2], [0, 1, 2, 3]]);
  });

  it('names what came after the last schedule record that is not the last of all', () => {
    expect(untold('claim', 'status', 'schedule', 'result', 'schedule', 'result', 'result', 'claim')).toEqual([5, 6, 7]);
    expect(untold('claim', 'status', 'schedule', 'result', 'schedule', 'claim', 'claim')).toEqual([3, 4, 5, 6]);
  });
});
