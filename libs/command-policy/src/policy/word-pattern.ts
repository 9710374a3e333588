import { absolutePath } from '../words/paths.js';
import { own } from '../own.js';

/** One word of a template, read once. `pieces` undefined: no parameter in it. */
export interface WordPattern { text: string; pieces: RegExp | undefined; folders: (string | undefined)[] }

const parameter = /\{\w+:(?:(name|number|version|text)|path:(\/[^{}\s]*)|one-of:([^{}\s]+))\}/g;
const longestWord = 4_096;

/** What each type of parameter takes. None of them takes what begins with `-`: it would be an option. */
const types: Record<string, string> = { name: '[A-Za-z0-9_][A-Za-z0-9_.@-]*', number: '[0-9]+', version: '[A-Za-z0-9][A-Za-z0-9._+-]*', text: '(?!-)[^]*' };
const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replaceAll('\\*', '[^]*');

export function readPattern(text: string): WordPattern {
  const folders: (string | undefined)[] = [];
  let source = '';
  let from = 0;
  for (const found of text.matchAll(parameter)) {
    const [whole, type, folder, choices] = found;
    source += literal(text.slice(from, found.index));
    from = found.index + whole.length;
    folders.push(folder);
    source += folder === undefined ? `(${type === undefined ? (choices ?? '').split('|').map(literal).join('|') : (own(types, type) ?? '')})` : '([^-][^]*)';
  }
  return { text, folders, pieces: folders.length === 0 ? undefined : new RegExp(`^${source}${literal(text.slice(from))}$`) };
}

/** A word whose text is known against a pattern. `*` takes anything without `/..`; a path is followed before its folder is looked at. */
export function fits({ text, pieces, folders }: WordPattern, word: string, cwd: string): boolean {
  if (!pieces) return matchStars(text, word);
  if (word.length > longestWord) return false;
  const found = pieces.exec(word);
  return found !== null && folders.every((folder, index) => folder === undefined || isWithin(found[index + 1] ?? '', { folder, cwd }));
}

function isWithin(path: string, { folder, cwd }: { folder: string; cwd: string }): boolean {
  const [full, base] = [absolutePath(path, cwd), absolutePath(folder, '/')];
  return full === base || full.startsWith(base === '/' ? base : `${base}/`);
}

function matchStars(pattern: string, word: string): boolean {
  if (!pattern.includes('*')) return pattern === word;
  if (/(?:^|\/)\.\.(?:\/|$)/.test(word)) return pattern === '*';
  const parts = pattern.split('*');
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (!word.startsWith(first) || word.length < first.length + last.length || !word.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = word.indexOf(part, at);
    if (found < 0 || found + part.length > word.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
