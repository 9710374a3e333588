import { generateKey, type KeyText } from '@edge/engine';
import { type Log, readKeyring } from '@edge/nest';
import type { Audience, Keyring } from '@edge/ports';
import { keptFile } from './keys-folder.js';

const audiences: Audience[] = ['grant', 'command', 'result', 'signal', 'receipt', 'audit'];

/** All signing keys of a single process: made at its first start, kept in `<data>/keys`, followed as `edge keys rotate` changes them. `receipt.pub` is for whoever checks receipts elsewhere. */
export function keyringOf(folder: string, log: Log): Keyring {
  const made = audiences.map((audience) => [audience, JSON.parse(keptFile(folder, `${audience}.json`, () => JSON.stringify(generateKey()))) as KeyText] as const);
  keptFile(folder, 'receipt.pub', () => Object.fromEntries(made).receipt!.publicKey ?? '');
  return readKeyring(folder, { signs: audiences, trusts: audiences, log });
}
