import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the data directory that is made once, readable by its owner alone. */
export function keptFile(folder: string, name: string, make: () => string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, make(), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8');
}

/** The key that secrets are encrypted with: 32 bytes. */
export function secretsKey(folder: string): Buffer {
  return Buffer.from(keptFile(folder, 'secrets.key', () => `${randomBytes(32).toString('base64')}\n`).trim(), 'base64');
}
