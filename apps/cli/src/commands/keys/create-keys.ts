import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { audiences, newPair, newSecretsKey, writeKeyFile } from './key-files.js';

/** Writes 13 files, readable by their owner alone. @throws an Error when the folder has something in it already */
export function createKeys(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} has something in it: keys are never overwritten. To replace them: edge keys rotate ${folder}`);
  chmodSync(folder, 0o700);
  for (const audience of audiences) {
    const { kid, privateKey, publicKey } = newPair();
    writeKeyFile(folder, `${audience}.json`, { kid, privateKey, publicKey });
    writeKeyFile(folder, `${audience}.pub.json`, { kid, publicKey });
  }
  writeKeyFile(folder, 'secrets.key', newSecretsKey());
}
