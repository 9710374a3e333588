import { describe, expect, it } from '@jest/globals';
import { givenKey } from './given-key.js';

describe('givenKey', () => {
  it('takes the key as it is, or none', () => {
    expect([givenKey({ 'idempotency-key': 'build-42' }), givenKey({})]).toEqual([{ idempotencyKey: 'build-42' }, {}]);
  });

  it.each([['', 'blank'], ['  ', 'blank'], ['k'.repeat(256), 'longer than 255']])('refuses %j', (key, why) => {
    expect(() => givenKey({ 'idempotency-key': key })).toThrow(`Idempotency-Key is ${why}`);
  });
});
