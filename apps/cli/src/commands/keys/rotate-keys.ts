import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Audience, audiences, newPair, newSecretsKey, type Pair, readKeyFile, secretsKeyId, writeKeyFile } from './key-files.js';

export type Purpose = Audience | 'secrets';
export const purposes: readonly Purpose[] = [...audiences, 'secrets'];

/** Receipts are checked, and the last checkpoint of the audit stands, long after: the keys before them stay believed until somebody retires them by name. */
export const endless: readonly Audience[] = ['receipt', 'audit'];

export interface Rotation { now: number; keepMs: number }
export interface Rotated { purpose: Purpose; from: string; to: string; until?: string }

/** Lays the next keys beside those in use, believed and able to decrypt but not used yet: for clusters whose services have folders of their own. */
export function announceKeys(folder: string, wanted: readonly Purpose[]): Rotated[] {
  return present(folder, wanted).map((purpose) => {
    if (purpose === 'secrets') return { purpose, from: secretsKeyId(secretsIn(folder, 'secrets.key')), to: secretsKeyId(nextSecrets(folder)) };
    const { kid, publicKey } = nextPair(folder, purpose);
    writeKeyFile(folder, `${purpose}.${kid}.pub.json`, { kid, publicKey });
    return { purpose, from: readKeyFile<Pair>(folder, `${purpose}.json`).kid, to: kid };
  });
}

/** Puts new keys, or those announced, in the place of those in use. At every moment both are believed, and both decrypt. */
export function rotateKeys(folder: string, wanted: readonly Purpose[], rotation: Rotation): Rotated[] {
  const ready = present(folder, wanted);
  if (ready.length === 0) throw new Error(`${folder} has none of these keys: ${wanted.join(', ')}.`);
  return ready.map((purpose) => (purpose === 'secrets' ? rotateSecrets(folder) : rotatePair(folder, purpose, rotation)));
}

function rotatePair(folder: string, audience: Audience, { now, keepMs }: Rotation): Rotated {
  const before = readKeyFile<Pair>(folder, `${audience}.json`);
  const next = nextPair(folder, audience);
  const until = endless.includes(audience) ? {} : { until: new Date(now + keepMs).toISOString() };
  writeKeyFile(folder, `${audience}.${next.kid}.pub.json`, { kid: next.kid, publicKey: next.publicKey });
  writeKeyFile(folder, `${audience}.${before.kid}.pub.json`, { kid: before.kid, publicKey: before.publicKey, replacedAt: new Date(now).toISOString(), ...until });
  writeKeyFile(folder, `${audience}.json`, next);
  if (existsSync(join(folder, `${audience}.pub.json`))) writeKeyFile(folder, `${audience}.pub.json`, { kid: next.kid, publicKey: next.publicKey });
  if (existsSync(join(folder, `${audience}.pub`))) writeKeyFile(folder, `${audience}.pub`, next.publicKey);
  rmSync(join(folder, `${audience}.next.json`), { force: true });
  rmSync(join(folder, `${audience}.${next.kid}.pub.json`));
  return { purpose: audience, from: before.kid, to: next.kid, ...until };
}

function rotateSecrets(folder: string): Rotated {
  const before = secretsIn(folder, 'secrets.key');
  const next = nextSecrets(folder);
  writeKeyFile(folder, `secrets.${secretsKeyId(before)}.key`, before);
  writeKeyFile(folder, 'secrets.key', next);
  rmSync(join(folder, 'secrets.next.key'));
  return { purpose: 'secrets', from: secretsKeyId(before), to: secretsKeyId(next) };
}

function nextPair(folder: string, audience: Audience): Pair {
  const name = `${audience}.next.json`;
  if (!existsSync(join(folder, name))) writeKeyFile(folder, name, newPair());
  return readKeyFile<Pair>(folder, name);
}

function nextSecrets(folder: string): string {
  if (!existsSync(join(folder, 'secrets.next.key'))) writeKeyFile(folder, 'secrets.next.key', newSecretsKey());
  return secretsIn(folder, 'secrets.next.key');
}

function secretsIn(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8').trim();
}

function present(folder: string, wanted: readonly Purpose[]): Purpose[] {
  return wanted.filter((purpose) => existsSync(join(folder, purpose === 'secrets' ? 'secrets.key' : `${purpose}.json`)));
}
