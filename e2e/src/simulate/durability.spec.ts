import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { crashPoints } from './crash-points.js';
import { rules } from './checks/rules.js';
import { mutations } from './mutations.js';

const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'docs/durability.md'), 'utf8');
const rows = [...text.matchAll(/^\| (I\d+|\d+) \|.*\| ([^|]+) \|$/gm)].map(([, name, shown]) => [name!, shown!.trim().split(' · ')] as const);

/** Why what is named is not there. */
function flaw(named: string): string | undefined {
  const [, kind, name] = /^(rule|mutation|crash point) `([^`]+)`$/.exec(named) ?? [];
  if (kind === 'rule') return name! in rules ? undefined : 'the checker has no such rule';
  if (kind === 'mutation') return mutations.some((mutation) => mutation.name === name) ? undefined : 'there is no such mutation';
  if (kind === 'crash point') return ['before', 'after'].every((side) => crashPoints.some(({ point }) => point === `${name} ${side}`)) ? undefined : 'there is no such crash point';
  const [, file, title] = /^`([^`]+)`: (.+)$/.exec(named) ?? [];
  if (!file || !existsSync(join(root, file))) return 'there is no such file';
  return readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'").includes(title!) ? undefined : 'the file has no such test';
}

describe('docs/durability.md', () => {
  it('has the invariants I1 to I13 and the crash table 1 to 28', () => {
    expect(rows.map(([name]) => name)).toEqual([...Array.from({ length: 13 }, (_, index) => `I${index + 1}`), ...Array.from({ length: 28 }, (_, index) => String(index + 1))]);
  });

  it.each(rows)('names for %s what is there', (_name, shown) => {
    expect(shown.flatMap((named) => { const why = flaw(named); return why ? [`${named}: ${why}`] : []; })).toEqual([]);
  });

  it('names for each invariant the rules that watch it, as the checker prints them', () => {
    const watched = Object.entries(rules).flatMap(([rule, ids]) => ids.map((id) => `${id} ${rule}`)).sort();
    const named = rows.filter(([name]) => name.startsWith('I')).flatMap(([name, shown]) => shown.flatMap((one) => { const [, rule] = /^rule `(.+)`$/.exec(one) ?? []; return rule ? [`${name} ${rule}`] : []; })).sort();
    expect(named).toEqual(watched);
  });

  it('would notice what is not there', () => {
    for (const named of ['rule `none`', 'mutation `none`', 'crash point `none`', '`docs/none.spec.ts`: x', '`libs/ssh/src/kills.spec.ts`: does what no test says', 'nothing']) expect([named, flaw(named)]).toEqual([named, expect.any(String)]);
  });
});
