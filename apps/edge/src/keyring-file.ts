import { createKeyring, generateKey, type KeyText } from '@edge/engine';
import type { Audience, Keyring } from '@edge/ports';
import { keptFile } from './keys-folder.js';

const audiences: Audience[] = ['grant', 'command', 'result', 'signal', 'receipt', 'audit'];

/** All signing keys of a single process: made at its first start, kept in `<data>/keys`. `receipt.pub` is for whoever checks receipts elsewhere. */
export function keyringOf(folder: string): Keyring {
  const keys = Object.fromEntries(audiences.map((audience) => [audience, JSON.parse(keptFile(folder, `${audience}.json`, () => JSON.stringify(generateKey()))) as KeyText]));
  keptFile(folder, 'receipt.pub', () => keys.receipt!.publicKey ?? '');
  return createKeyring({ sign: keys, trust: Object.fromEntries(audiences.map((audience) => [audience, [keys[audience]!]])) });
}
