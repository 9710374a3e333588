import { describe, expect, it } from '@jest/globals';
import { createKeyring } from './create-keyring.js';
import { generateKey } from './generate-key.js';

const key = generateKey();
const ring = createKeyring({ sign: { grant: key, command: key }, trust: { grant: [key], command: [key] } });

describe('createKeyring', () => {
  it('gives back what a trusted key signed', () => {
    expect(ring.verify('grant', ring.sign('grant', { b: 1, a: [true] }))).toEqual({ a: [true], b: 1 });
  });

  it('believes nothing that was altered, signed for another purpose, or by another key', () => {
    const signed = ring.sign('grant', { hosts: ['web-01'] });
    const stranger = createKeyring({ sign: { grant: generateKey() }, trust: {} });
    expect(ring.verify('grant', { ...signed, payload: signed.payload.replace('01', '02') })).toBeUndefined();
    expect(ring.verify('command', signed)).toBeUndefined();
    expect(ring.verify('grant', stranger.sign('grant', { hosts: ['web-01'] }))).toBeUndefined();
    expect(ring.verify('grant', { ...signed, signature: '' })).toBeUndefined();
  });

  it('believes old and new key while one is rotated', () => {
    const next = generateKey();
    const both = createKeyring({ sign: { grant: next }, trust: { grant: [key, next] } });
    expect(both.verify('grant', ring.sign('grant', { n: 1 }))).toEqual({ n: 1 });
    expect(both.verify('grant', both.sign('grant', { n: 2 }))).toEqual({ n: 2 });
  });

  it('believes nothing altered of what it signed or verified itself a moment ago', () => {
    const verifier = createKeyring({ sign: {}, trust: { grant: [key], command: [key] } });
    for (const believer of [ring, verifier]) {
      const signed = ring.sign('grant', { hosts: ['web-01'], believer: believer === ring });
      expect(believer.verify('grant', signed)).toEqual({ hosts: ['web-01'], believer: believer === ring });
      const altered = [{ ...signed, payload: signed.payload.replace('01', '02') }, { ...signed, kid: 'other' }, { ...signed, signature: signed.signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) }];
      expect(altered.map((each) => believer.verify('grant', each))).toEqual([undefined, undefined, undefined]);
      expect(believer.verify('command', signed)).toBeUndefined();
    }
  });

  it('does not believe what it signs itself unless that very key is trusted', () => {
    const other = { ...generateKey(), kid: key.kid };
    const impostor = createKeyring({ sign: { grant: other }, trust: { grant: [key] } });
    expect(impostor.verify('grant', impostor.sign('grant', { n: 1 }))).toBeUndefined();
  });

  it('gives everybody a copy of their own', () => {
    const signed = ring.sign('grant', { hosts: ['web-01'] });
    ring.verify<{ hosts: string[] }>('grant', signed)!.hosts.push('web-02');
    expect(ring.verify('grant', signed)).toEqual({ hosts: ['web-01'] });
  });

  it('refuses to sign for what it has no key', () => {
    expect(() => ring.sign('result', {})).toThrow('no key to sign a result');
  });
});
