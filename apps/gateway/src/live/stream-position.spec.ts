import { describe, expect, it } from '@jest/globals';
import { decodePosition, encodePosition, streamStart } from './stream-position.js';

describe('the position of a stream', () => {
  it('is read as it was written', () => {
    const sent = new Map([['0123456789abcdefo', { to: 0, ended: false }], ['0123456789abcdefe', { to: 5_000_000_000, ended: true }]]);
    for (const position of [{ seq: -1, part: -1, sent }, { seq: 12, part: 0, output: 77n, sent: new Map() }, { seq: 3, part: -1 }]) {
      expect(decodePosition('a-1', encodePosition('a-1', position))).toEqual(position);
    }
  });

  it('is the start without an id, and none for the id of another action or none at all', () => {
    expect(decodePosition('a', undefined)).toBe(streamStart);
    expect([encodePosition('b', streamStart), 'nonsense', 'a.1.2', 'a.1.2.3.o ff'].map((id) => decodePosition('a', id))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('says nothing of what was sent where an older Edge wrote it', () => {
    expect(decodePosition('a', 'a.5.0.17')).toEqual({ seq: 5, part: 0, output: 17n });
  });
});
