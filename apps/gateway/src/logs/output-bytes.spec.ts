import { describe, expect, it } from '@jest/globals';
import { rangeOf } from './output-bytes.js';

describe('rangeOf', () => {
  it('reads ranges as RFC 9110 says', () => {
    expect(rangeOf('bytes=0-3', 10)).toEqual({ start: 0, end: 3 });
    expect(rangeOf('bytes=4-', 10)).toEqual({ start: 4, end: 9 });
    expect(rangeOf('bytes=-3', 10)).toEqual({ start: 7, end: 9 });
    expect(rangeOf('bytes=0-99', 10)).toEqual({ start: 0, end: 9 });
    expect(rangeOf('bytes=10-', 10)).toBe('outside');
    expect(rangeOf(undefined, 10)).toBeUndefined();
    expect(rangeOf('lines=1-2', 10)).toBeUndefined();
  });
});
