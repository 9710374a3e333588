import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors, namePattern } from '@edge/contracts';
import * as setting from './settings.js';

const prefix = 'EDGE_SECRET_';

export const secretSettings = { secretsFolder: setting.optional(setting.text('EDGE_SECRETS', { about: 'a folder of secrets given as files, <space>/<name>; single ones also as EDGE_SECRET_<SPACE>__<NAME>', example: '/run/secrets/edge' })) };

/** Takes every `EDGE_SECRET_<SPACE>__<NAME>` out of the environment, so that no child process inherits one. */
export function takeSecretVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const found = Object.entries(environment).filter((entry): entry is [string, string] => entry[0].startsWith(prefix) && entry[1] !== undefined);
  for (const [variable] of found) delete environment[variable];
  return Object.fromEntries(found);
}

/** Looks a secret up that the installation gives: in its folder, read anew each time, else among its variables. */
export function lookUpSecret({ secretsFolder, secretVariables }: { secretsFolder: string | undefined; secretVariables: Record<string, string> }) {
  return (space: string, name: string): string | undefined => {
    if (![space, name].every((part) => namePattern.test(part))) return undefined;
    return (secretsFolder ? textOf(join(secretsFolder, space, name)) : undefined) ?? secretVariables[variableOf(space, name) ?? ''];
  };
}

/** `hotels`, `db-password` → `EDGE_SECRET_HOTELS__DB_PASSWORD`. None where two spaces would share one. */
function variableOf(space: string, name: string): string | undefined {
  const [owner, rest] = [space, name].map((part) => part.toUpperCase().replace(/[^A-Z0-9]/g, '_'));
  const joined = `${owner}__${rest}`;
  return joined.split('__').length === 2 && !joined.includes('___') ? `${prefix}${joined}` : undefined;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw errors.unavailable(`${file} cannot be read: ${code ?? String(error)}.`);
  }
}
