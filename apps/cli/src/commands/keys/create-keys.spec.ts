import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeys } from './create-keys.js';

describe('edge keys create', () => {
  let parent: string;
  let folder: string;
  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'edge-keys-'));
    folder = join(parent, 'keys');
    createKeys(folder);
  });
  afterAll(() => rmSync(parent, { recursive: true }));

  it('makes a pair per purpose and a key for secrets, readable by their owner alone', () => {
    const names = ['audit', 'command', 'grant', 'receipt', 'result', 'signal'].flatMap((audience) => [`${audience}.json`, `${audience}.pub.json`]);
    expect(readdirSync(folder)).toEqual([...names, 'secrets.key'].sort());
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual(Array(13).fill(0o600));
    expect(Buffer.from(readFileSync(join(folder, 'secrets.key'), 'utf8'), 'base64')).toHaveLength(32);
  });

  it('keeps the public halves apart from the private ones', () => {
    const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as { kid: string; publicKey: string; privateKey?: string };
    const [own, told] = [read('grant.json'), read('grant.pub.json')];
    expect(told).toEqual({ kid: own.kid, publicKey: own.publicKey });
    expect(createPublicKey(createPrivateKey(own.privateKey!)).export({ type: 'spki', format: 'pem' })).toBe(told.publicKey);
  });

  it('never overwrites keys', () => {
    expect(() => createKeys(folder)).toThrow('keys are never overwritten');
  });
});
