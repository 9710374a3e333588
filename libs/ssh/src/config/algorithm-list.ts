import { matchesList, matchesPattern } from './match-pattern.js';

/** A list of algorithms as configured (`+`, `-`, `^` change `defaults`; `*` and `?` stand for supported names), without names that are not supported. */
export function algorithmList(setting: string, { defaults, supported }: { defaults: readonly string[]; supported: readonly string[] }): string[] {
  const sign = setting[0] ?? '';
  const names = (/[-+^]/.test(sign) ? setting.slice(1) : setting).split(',').filter((name) => name !== '');
  if (sign === '-') return defaults.filter((name) => !matchesList(name, names.join(',')));
  const chosen = names.flatMap((name) => supported.filter((one) => matchesPattern(one, name)));
  if (sign === '+') return [...new Set([...defaults, ...chosen])];
  if (sign === '^') return [...new Set([...chosen, ...defaults])];
  return [...new Set(chosen)];
}
