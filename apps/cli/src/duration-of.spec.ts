import { describe, expect, it } from '@jest/globals';
import { durationOf } from './duration-of.js';

describe('durationOf', () => {
  it('takes durations and seconds, and refuses anything else in one sentence', () => {
    expect(['2m', '90s', '600', '0'].map((text) => durationOf('--wait', text))).toEqual([120_000, 90_000, 600_000, 0]);
    expect(() => durationOf('--wait', 'abc')).toThrow('--wait "abc" is no duration, for example 10m or 90s.');
  });
});
