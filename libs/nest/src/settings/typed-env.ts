import { readFileSync } from 'node:fs';
import type { Setting } from './settings.js';

type Values<S> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Everything that is wrong with the settings, one line each: name, what is wrong, an example. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Reads and checks the settings of a program once. Secrets are taken out of the environment: no child process inherits one.
 * @param environment the environment of the process, handed in by the program's env.ts
 * @throws SettingsError with all problems at once; a secret's value is never in it
 */
export function typedEnv<const S extends Record<string, Setting<unknown>>>(environment: Record<string, string | undefined>, spec: S): Values<S> {
  const problems: string[] = [];
  const values = Object.entries(spec).map(([key, setting]) => {
    const read = readSetting(environment, setting);
    if ('wrong' in read) problems.push(`${setting.name} ${read.wrong}. ${firstUpper(setting.about)}; example: ${setting.name}=${setting.example}`);
    return [key, 'value' in read ? read.value : undefined] as const;
  });
  if (problems.length > 0) throw new SettingsError(problems);
  for (const { name } of Object.values(spec).filter(({ secret }) => secret)) delete environment[name];
  return Object.fromEntries(values) as Values<S>;
}

function readSetting(environment: Record<string, string | undefined>, setting: Setting<unknown>): { value: unknown } | { wrong: string } {
  const given = givenText(environment, setting);
  if (typeof given === 'object') return given;
  if (given === undefined || given === '') return setting.fallback !== undefined || setting.optional ? { value: setting.fallback } : { wrong: 'is missing' };
  const read = setting.read(given);
  return 'wrong' in read ? { wrong: setting.secret ? read.wrong : `"${given}" ${read.wrong}` } : read;
}

function givenText(environment: Record<string, string | undefined>, setting: Setting<unknown>): string | undefined | { wrong: string } {
  const file = environment[`${setting.name}_FILE`];
  if (!setting.secret || !file) return environment[setting.name];
  if (environment[setting.name]) return { wrong: `and ${setting.name}_FILE are both set: set one` };
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    return { wrong: `cannot be read from the file of ${setting.name}_FILE: ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
}

function firstUpper(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
