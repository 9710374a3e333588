import { describe, expect, it } from '@jest/globals';
import { KnownSignatures } from './known-signatures.js';

const signed = { kid: 'k', payload: '{"a":1}', signature: 'c2ln' };

describe('KnownSignatures', () => {
  it('knows what was added, and nothing that differs from it in anything', () => {
    const known = new KnownSignatures();
    known.add('grant', signed);
    const others = [{ ...signed, kid: 'l' }, { ...signed, payload: '{"a":2}' }, { ...signed, signature: 'c2lo' }];
    expect([known.has('grant', signed), known.has('command', signed), ...others.map((other) => known.has('grant', other))]).toEqual([true, false, false, false, false]);
  });

  it('forgets the oldest when they are too much together, and keeps count of what is added again', () => {
    const known = new KnownSignatures(20);
    const three = ['one', 'two', 'three'].map((signature) => ({ ...signed, signature }));
    for (const each of [three[0]!, three[0]!, three[1]!]) known.add('grant', each);
    expect(three.map((each) => known.has('grant', each))).toEqual([true, true, false]);
    known.add('grant', three[2]!);
    expect(three.map((each) => known.has('grant', each))).toEqual([false, true, true]);
  });
});
