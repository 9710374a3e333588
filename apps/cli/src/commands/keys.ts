import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Cli } from '../cli.js';

const audiences = ['grant', 'command', 'result', 'signal', 'receipt', 'audit'];

/** `edge keys create [folder]`: the signing and encryption keys of a new cluster (`EDGE_KEYS`). */
export function keysCommand(cli: Cli): Command {
  const create = new Command('create')
    .description('Make the keys of a new cluster: <audience>.json signs, <audience>.pub.json is believed, secrets.key encrypts')
    .argument('[folder]', 'default: EDGE_KEYS')
    .action((given: string | undefined) => {
      const folder = given ?? cli.env.keys;
      if (!folder) throw new Error('Name a folder: edge keys create <folder>, or set EDGE_KEYS.');
      createKeys(folder);
      console.error(`Keys are in ${folder}. Give each service the files that docs/cluster.md lists; keep a copy: without secrets.key no secret can be read again.`);
    });
  return new Command('keys').description('Signing and encryption keys of a cluster').addCommand(create);
}

/** Writes 13 files, readable by their owner alone. @throws an Error when the folder has something in it already */
export function createKeys(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} has something in it: keys are never overwritten.`);
  chmodSync(folder, 0o700);
  for (const audience of audiences) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
    const kid = createHash('sha256').update(publicKey).digest('base64url').slice(0, 16);
    write(folder, `${audience}.json`, JSON.stringify({ kid, privateKey, publicKey }));
    write(folder, `${audience}.pub.json`, JSON.stringify({ kid, publicKey }));
  }
  write(folder, 'secrets.key', randomBytes(32).toString('base64'));
}

function write(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), `${text}\n`, { mode: 0o600, flag: 'wx' });
}
