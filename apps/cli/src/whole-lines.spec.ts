import { describe, expect, it } from '@jest/globals';
import { WholeLines } from './whole-lines.js';

describe('WholeLines', () => {
  it('holds a begun line back until its end, for each stream apart', () => {
    const lines = new WholeLines();
    expect([lines.take('a', 'one\ntw'), lines.take('b', 'x\n'), lines.take('a', 'o\n\nthr'), lines.take('a', 'ee', { last: true }), lines.take('a', '', { last: true })]).toEqual([['one'], ['x'], ['two', ''], ['three'], []]);
  });
});
