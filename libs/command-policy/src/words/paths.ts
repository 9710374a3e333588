import { homeOf } from './home-of.js';
import { homeFolder, marks } from './marks.js';

/** Absolute, without `//`, `.` and `..`. A path that begins with something unknown stays as it is. */
export function absolutePath(path: string, cwd: string): string {
  if (/^[\uE000-\uE003]/.test(path)) return path;
  const full = path.startsWith('/') ? path : `${cwd}/${path}`;
  if (/^[\uE000-\uE003]/.test(full)) return `${marks.output}/${normalSegments(full.slice(1)).join('/')}`;
  return `/${normalSegments(full).join('/')}`;
}

function normalSegments(path: string): string[] {
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') out.pop();
    else out.push(segment);
  }
  return out;
}

export const segmentsOf = (path: string): string[] => path.split('/').filter(Boolean);

/** `~`, `~user`, `~+` at the beginning of a word. */
export function expandTilde(text: string, { cwd, home = homeFolder }: { cwd: string; home?: string }): string {
  const found = /^~([A-Za-z0-9_.+-]*)(?=\/|$)/.exec(text);
  if (!found) return text;
  const user = found[1] ?? '';
  const rest = text.slice(found[0].length);
  if (user === '') return home + rest;
  if (user === '+') return cwd + rest;
  if (user === '-') return marks.output + rest;
  return homeOf(user) + rest;
}

/** Could this pattern (with globs and holes) stand for exactly this name? Decided without regular expressions: no bad case. */
export function mayMatch(pattern: string, name: string): boolean {
  let p = 0, n = 0, star = -1, mark = 0;
  while (n < name.length) {
    const at = pattern[p];
    if (at !== undefined && isMany(at)) { star = p; mark = n; p += 1; }
    else if (at !== undefined && (at === marks.one || at === name[n])) { p += 1; n += 1; }
    else if (star >= 0) { p = star + 1; mark += 1; n = mark; }
    else return false;
  }
  while (p < pattern.length && isMany(pattern[p] ?? '')) p += 1;
  return p === pattern.length;
}

const isMany = (character: string) => character >= '\uE000' && character <= marks.star;
