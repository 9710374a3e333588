import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log/log.js';
import { SettingsError } from '../settings/typed-env.js';
import { fileOf } from './cluster-settings.js';
import { FollowedFolder } from './followed-folder.js';

export interface SecretsKey { kid: string; key: Buffer }

/**
 * The keys of secrets in a folder, followed as it changes: `secrets.key` encrypts and comes first, every `secrets.<name>.key` beside it still decrypts.
 * Each is 32 bytes, base64; its id is derived from it.
 * @throws SettingsError when `secrets.key` is not there, or one is no such key
 */
export function readSecretsKeys(folder: string, log: Log): () => SecretsKey[] {
  fileOf('EDGE_KEYS', join(folder, 'secrets.key'));
  const followed = new FollowedFolder(folder, () => ({ value: keysIn(folder) }), log);
  return () => followed.current();
}

function keysIn(folder: string): SecretsKey[] {
  const others = readdirSync(folder).filter((name) => /^secrets\..+\.key$/.test(name)).sort();
  return ['secrets.key', ...others].map((name) => keyIn(folder, name));
}

function keyIn(folder: string, name: string): SecretsKey {
  const key = Buffer.from(fileOf('EDGE_KEYS', join(folder, name)).trim(), 'base64');
  if (key.length !== 32) throw new SettingsError([`EDGE_KEYS names ${folder}, whose ${name} is no key of 32 bytes. Run: edge keys create.`]);
  return { kid: createHash('sha256').update(key).digest('base64url').slice(0, 16), key };
}
