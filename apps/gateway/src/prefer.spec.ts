import { describe, expect, it } from '@jest/globals';
import { parsePrefer } from './prefer.js';

describe('parsePrefer', () => {
  it('reads how long to wait and how strictly', () => {
    expect(parsePrefer('wait=30, handling=strict')).toEqual({ waitMs: 30_000, strict: true });
    expect(parsePrefer(['respond-async', 'Wait=5'])).toEqual({ waitMs: 5_000, strict: false });
    expect(parsePrefer(undefined)).toEqual({ waitMs: 0, strict: false });
    expect(parsePrefer('wait=soon')).toEqual({ waitMs: 0, strict: false });
  });
});
