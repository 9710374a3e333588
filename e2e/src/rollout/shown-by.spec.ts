import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');
const rooms = ['libs/engine/src', 'libs/scripts/src', 'libs/adapters', 'apps/config/src', 'e2e/src/rollout'];
const files = rooms.flatMap((room) => readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !/node_modules|dist/.test(file)).map((file) => join(root, room, file)));
const rows = readFileSync(join(root, 'docs/rollouts.md'), 'utf8').split('\n').filter((line) => /^\| \d/.test(line)).map((line) => line.split('|').slice(1, 3).map((cell) => cell.trim()));

/** Each file that a row names, with the titles that are quoted after it. */
const named = rows.flatMap(([capability, shown]) => [...shown!.matchAll(/`([\w./-]+\.ts)`((?:(?:[,;]| and)?\s*"[^"]+")*)/g)].map(([, file, quoted]) => ({ capability: capability!, file: file!, titles: [...quoted!.matchAll(/"([^"]+)"/g)].map(([, title]) => title!) })));
const titlesOf = (text: string): string[] => [...text.matchAll(/(?:\b(?:it|describe|suite)|\))\((['"`])(.*?)\1,/g)].map(([, , title]) => title!.replaceAll("\\'", "'"));

describe('the table of what is shown by what', () => {
  it('has every capability from 43 to 100, and 110', () => {
    const numbers = rows.flatMap(([capability]) => (/^[\d, –]+/.exec(capability!)?.[0] ?? '').split(',').flatMap((part) => {
      const [from, to = from] = part.trim().split('–').map(Number);
      return Array.from({ length: to! - from! + 1 }, (_, n) => from! + n);
    }));
    expect([...numbers].sort((one, other) => one - other)).toEqual([...Array.from({ length: 58 }, (_, n) => 43 + n), 110]);
  });

  it('names a spec for each', () => {
    expect(rows.filter(([, shown]) => !/`[\w./-]+\.spec\.ts`/.test(shown!)).map(([capability]) => capability)).toEqual([]);
  });

  it.each(named)('names what is there: $capability: $file', ({ file, titles }) => {
    const found = files.filter((each) => each.endsWith(`/${file}`) || basename(each) === file);
    expect(found.length).toBeGreaterThan(0);
    const there = found.flatMap((each) => titlesOf(readFileSync(each, 'utf8')));
    for (const title of titles) expect(there.filter((each) => title.split('…').every((part) => each.includes(part.trim()))).length === 0 ? title : undefined).toBeUndefined();
  });
});
