import { describe, expect, it } from '@jest/globals';
import ssh2 from 'ssh2';
import { generateKeyPair } from './generate-key-pair.js';

describe('generateKeyPair', () => {
  it('makes none that cannot be read, of two thousand', () => {
    const wrong = Array.from({ length: 2_000 }, () => generateKeyPair('spec')).filter(({ privateKey, publicKey }) => {
      const key = ssh2.utils.parseKey(privateKey);
      return key instanceof Error || !publicKey.startsWith(`ssh-ed25519 ${key.getPublicSSH().toString('base64')} `);
    });
    expect(wrong).toEqual([]);
  });
});
