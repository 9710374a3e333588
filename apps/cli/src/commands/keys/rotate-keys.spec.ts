import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeys } from './create-keys.js';
import { type Pair, type PublicHalf } from './key-files.js';
import { retireSecretsKeys, retireSigningKeys, usuallyRetired } from './retire-keys.js';
import { announceKeys, purposes, rotateKeys } from './rotate-keys.js';

const rotation = { now: Date.parse('2026-11-25T12:00:00Z'), keepMs: 86_400_000 };

describe('edge keys rotate', () => {
  let parent: string;
  let folder: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'edge-keys-'));
    folder = join(parent, 'keys');
    createKeys(folder);
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  const text = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
  const read = <T>(name: string) => JSON.parse(text(name)) as T;
  const believed = (audience: string) => readdirSync(folder).filter((name) => name.startsWith(`${audience}.`) && name.endsWith('.pub.json')).map((name) => read<PublicHalf>(name).kid).sort();

  it('signs with the new keys and believes those before, each till its time; receipts and audit for ever', () => {
    const before = read<Pair>('grant.json');
    const rotated = rotateKeys(folder, purposes, rotation);
    expect(rotated.map(({ purpose, until }) => [purpose, until])).toEqual([...['grant', 'command', 'result', 'signal'].map((purpose) => [purpose, '2026-11-26T12:00:00.000Z']), ['receipt', undefined], ['audit', undefined], ['secrets', undefined]]);
    const next = read<Pair>('grant.json');
    expect([rotated[0]!.from, rotated[0]!.to, read<PublicHalf>('grant.pub.json')]).toEqual([before.kid, next.kid, { kid: next.kid, publicKey: next.publicKey }]);
    expect(read(`grant.${before.kid}.pub.json`)).toEqual({ kid: before.kid, publicKey: before.publicKey, replacedAt: '2026-11-25T12:00:00.000Z', until: '2026-11-26T12:00:00.000Z' });
    expect(believed('grant')).toEqual([before.kid, next.kid].sort());
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual(readdirSync(folder).map(() => 0o600));
  });

  it('keeps the key of secrets before it until it is retired', () => {
    const before = text('secrets.key');
    const { from } = rotateKeys(folder, ['secrets'], rotation)[0]!;
    expect([text('secrets.key') === before, text(`secrets.${from}.key`)]).toEqual([false, before]);
    expect(retireSecretsKeys(folder)).toEqual([{ purpose: 'secrets', key: from }]);
    expect(readdirSync(folder).filter((name) => name.startsWith('secrets'))).toEqual(['secrets.key']);
  });

  it('announces keys first where services have folders of their own: believed, not used', () => {
    const before = read<Pair>('command.json');
    const announced = announceKeys(folder, ['command', 'secrets']);
    expect([read<Pair>('command.json'), believed('command')]).toEqual([before, [announced[0]!.to, before.kid].sort()]);
    expect(rotateKeys(folder, ['command', 'secrets'], rotation).map(({ to }) => to)).toEqual(announced.map(({ to }) => to));
    expect(read<Pair>('command.json').kid).toBe(announced[0]!.to);
    expect(readdirSync(folder).filter((name) => name.includes('next'))).toEqual([]);
  });

  it('retires what was replaced, and keeps what receipts and audit are checked with unless it is named', () => {
    rotateKeys(folder, purposes, rotation);
    expect(retireSigningKeys(folder, usuallyRetired).map(({ purpose }) => purpose)).toEqual(['grant', 'command', 'result', 'signal']);
    expect([believed('grant').length, believed('receipt').length]).toEqual([1, 2]);
    expect(retireSigningKeys(folder, ['receipt']).map(({ purpose }) => purpose)).toEqual(['receipt']);
    expect(retireSigningKeys(folder, purposes).map(({ purpose }) => purpose)).toEqual(['audit']);
  });

  it('says when a folder has none of the keys', () => {
    expect(() => rotateKeys(parent, ['grant'], rotation)).toThrow('has none of these keys: grant');
  });
});
