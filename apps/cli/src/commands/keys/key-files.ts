import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What keys are for; `<audience>.json` signs, `<audience>[.<name>].pub.json` is believed. */
export const audiences = ['grant', 'command', 'result', 'signal', 'receipt', 'audit'] as const;
export type Audience = (typeof audiences)[number];

export interface Pair { kid: string; privateKey: string; publicKey: string }

/** A public half as its file has it. Of a key that was replaced: since when, and until when it is believed; without `until` for ever. */
export interface PublicHalf { kid: string; publicKey: string; replacedAt?: string; until?: string }

export function newPair(): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  return { kid: createHash('sha256').update(publicKey).digest('base64url').slice(0, 16), privateKey, publicKey };
}

/** 32 bytes, base64. */
export function newSecretsKey(): string {
  return randomBytes(32).toString('base64');
}

/** The id under which Edge knows a key of secrets. */
export function secretsKeyId(text: string): string {
  return createHash('sha256').update(Buffer.from(text.trim(), 'base64')).digest('base64url').slice(0, 16);
}

/** A file of a folder of keys, whole or not at all, readable by its owner alone. */
export function writeKeyFile(folder: string, name: string, content: string | object): void {
  const file = join(folder, `.${name}.new`);
  const opened = openSync(file, 'w', 0o600);
  writeSync(opened, `${typeof content === 'string' ? content.trim() : JSON.stringify(content)}\n`);
  fsyncSync(opened);
  closeSync(opened);
  renameSync(file, join(folder, name));
}

export function readKeyFile<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}

/** Public halves of keys that were replaced: file name → what it says. */
export function replacedKeys(folder: string, audience: Audience): [string, PublicHalf][] {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${audience}.`) && name.endsWith('.pub.json') && name !== `${audience}.pub.json`);
  return names.map((name): [string, PublicHalf] => [name, readKeyFile(folder, name)]).filter(([, half]) => half.replacedAt !== undefined);
}
