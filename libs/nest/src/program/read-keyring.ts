import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyring, type KeyText } from '@edge/engine';
import type { Audience, Keyring } from '@edge/ports';
import { SettingsError } from '../settings/typed-env.js';
import { fileOf } from './cluster-settings.js';

const remedy = 'Run: edge keys create <folder>, and give each service the files that docs/cluster.md lists.';

/**
 * The keyring of one service from its folder: `<audience>.json` signs; every `<audience>[.<name>].pub.json` is believed (several while a key is being rotated).
 * Only the private keys of `signs` are read, even where more lie there.
 * @throws SettingsError that names every file that is missing
 */
export function readKeyring(folder: string, { signs, trusts }: { signs: Audience[]; trusts: Audience[] }): Keyring {
  if (!existsSync(folder)) throw new SettingsError([`EDGE_KEYS names ${folder}, which is not there. ${remedy}`]);
  const names = readdirSync(folder);
  const missing = [...signs.map((audience) => `${audience}.json`).filter((name) => !names.includes(name)), ...trusts.filter((audience) => publicFiles(names, audience).length === 0).map((audience) => `${audience}.pub.json`)];
  if (missing.length > 0) throw new SettingsError([`EDGE_KEYS names ${folder}, which has no ${missing.join(', ')}. ${remedy}`]);
  return createKeyring({
    sign: Object.fromEntries(signs.map((audience) => [audience, keyOf(folder, `${audience}.json`)])),
    trust: Object.fromEntries([...new Set([...signs, ...trusts])].map((audience) => [audience, [...publicFiles(names, audience).map((name) => keyOf(folder, name)), ...(signs.includes(audience) ? [keyOf(folder, `${audience}.json`)] : [])]])),
  });
}

/** 32 bytes, base64, in `secrets.key`. @throws SettingsError when it is not there or no such key */
export function readSecretsKey(folder: string): { kid: string; key: Buffer } {
  const key = Buffer.from(fileOf('EDGE_KEYS', join(folder, 'secrets.key')).trim(), 'base64');
  if (key.length !== 32) throw new SettingsError([`EDGE_KEYS names ${folder}, whose secrets.key is no key of 32 bytes. ${remedy}`]);
  return { kid: 'first', key };
}

function publicFiles(names: string[], audience: Audience): string[] {
  return names.filter((name) => name.startsWith(`${audience}.`) && name.endsWith('.pub.json')).sort();
}

function keyOf(folder: string, name: string): KeyText {
  const text = fileOf('EDGE_KEYS', join(folder, name));
  try {
    return JSON.parse(text) as KeyText;
  } catch {
    throw new SettingsError([`EDGE_KEYS names ${folder}, whose ${name} is no key. ${remedy}`]);
  }
}
