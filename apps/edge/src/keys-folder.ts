import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, readSecretsKeys, type SecretsKey } from '@edge/nest';
import { makeFolder } from './make-folder.js';

/** A file of the data directory that is made once, readable by its owner alone. */
export function keptFile(folder: string, name: string, make: () => string): string {
  makeFolder(folder);
  const file = join(folder, name);
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, make(), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8');
}

/** The keys of secrets of a single process: the first is made at its first start. */
export function secretsKeys(folder: string, log: Log): () => SecretsKey[] {
  keptFile(folder, 'secrets.key', () => `${randomBytes(32).toString('base64')}\n`);
  return readSecretsKeys(folder, log);
}
