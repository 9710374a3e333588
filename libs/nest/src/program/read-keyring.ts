import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Signed } from '@edge/contracts';
import { createKeyring, type KeyText } from '@edge/engine';
import { type Audience, Keyring } from '@edge/ports';
import type { Log } from '../log/log.js';
import { SettingsError } from '../settings/typed-env.js';
import { fileOf } from './cluster-settings.js';
import { FollowedFolder, type Reading } from './followed-folder.js';

export interface KeyUse { signs: Audience[]; trusts: Audience[]; log: Log }

/** A key as its file has it. `until`: it is believed till then, RFC 3339; `edge keys rotate` writes it into the file of the key before. */
interface KeptKey extends KeyText { until?: string }

const remedy = 'Run: edge keys create <folder>, and give each service the files that docs/cluster.md lists.';

/**
 * The keyring of one program from its folder: `<audience>.json` signs; every `<audience>[.<name>].pub.json` is believed (several while a key is being rotated).
 * Only the private keys of `signs` are read, even where more lie there. It follows the folder: a rotated key is used, and a retired one no longer believed, without a restart.
 * @throws SettingsError that names every file that is missing
 */
export function readKeyring(folder: string, { signs, trusts, log }: KeyUse): Keyring {
  if (!existsSync(folder)) throw new SettingsError([`EDGE_KEYS names ${folder}, which is not there. ${remedy}`]);
  return new FolderKeyring(new FollowedFolder(folder, () => keyringIn(folder, { signs, trusts }), log));
}

class FolderKeyring extends Keyring {
  constructor(private readonly folder: FollowedFolder<Keyring>) {
    super();
  }

  sign(audience: Audience, payload: unknown): Signed {
    return this.folder.current().sign(audience, payload);
  }

  verify<T>(audience: Audience, signed: Signed): T | undefined {
    return this.folder.current().verify<T>(audience, signed);
  }
}

function keyringIn(folder: string, { signs, trusts }: Omit<KeyUse, 'log'>): Reading<Keyring> {
  const names = readdirSync(folder);
  const missing = [
    ...signs.map((audience) => `${audience}.json`).filter((name) => !names.includes(name)),
    ...trusts.filter((audience) => !signs.includes(audience) && publicFiles(names, audience).length === 0).map((audience) => `${audience}.pub.json`),
  ];
  if (missing.length > 0) throw new SettingsError([`EDGE_KEYS names ${folder}, which has no ${missing.join(', ')}. ${remedy}`]);
  const own = new Map(signs.map((audience) => [audience, keyOf(folder, `${audience}.json`)]));
  const now = Date.now();
  const believed = [...new Set([...signs, ...trusts])].map((audience): [Audience, KeptKey[]] => {
    const told = publicFiles(names, audience).map((name) => keyOf(folder, name)).filter((key) => endOf(key) > now);
    return [audience, own.has(audience) ? [...told, own.get(audience)!] : told];
  });
  const ends = believed.flatMap(([, keys]) => keys.map(endOf));
  return { value: createKeyring({ sign: Object.fromEntries(own), trust: Object.fromEntries(believed) }), until: Math.min(Infinity, ...ends) };
}

function endOf({ until }: KeptKey): number {
  return until === undefined ? Infinity : Date.parse(until);
}

function publicFiles(names: string[], audience: Audience): string[] {
  return names.filter((name) => name.startsWith(`${audience}.`) && name.endsWith('.pub.json')).sort();
}

function keyOf(folder: string, name: string): KeptKey {
  const text = fileOf('EDGE_KEYS', join(folder, name));
  try {
    return JSON.parse(text) as KeptKey;
  } catch {
    throw new SettingsError([`EDGE_KEYS names ${folder}, whose ${name} is no key. ${remedy}`]);
  }
}
