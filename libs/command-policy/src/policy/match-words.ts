import { absolutePath } from '../words/paths.js';
import { fits, readPattern, type WordPattern } from './word-pattern.js';

export interface Given {
  /** Whether the text of each word is known. */
  known: readonly boolean[];
  /** What a word that is not known is: in a list of what may run it fits only a `*` of its own, in a list of what may not it fits everything. */
  unknown: 'fits-nothing' | 'fits-all';
  cwd: string;
}

/** The words of a rule as written: `systemctl restart {svc:name}`. */
export const templateOf = (text: string): WordPattern[] => text.trim().split(/\s+/).filter(Boolean).map(readPattern);

/** Words against a template; `*` as the last word stands for any further words, also none. */
export function matchWords(template: readonly WordPattern[], words: readonly string[], given: Given): boolean {
  for (let i = 0; i < template.length; i += 1) {
    const pattern = template[i];
    if (!pattern) return false;
    if (pattern.text === '*' && i === template.length - 1) return true;
    const word = words[i];
    if (word === undefined) return false;
    if (given.known[i] === false) {
      if (pattern.text !== '*' && given.unknown === 'fits-nothing') return false;
      continue;
    }
    if (!fits(pattern, i === 0 && !pattern.text.includes('/') ? baseOf(word) : word, given.cwd)) return false;
  }
  return template.length === words.length;
}

/** A file that output goes to against `> /path*`. */
export function matchOutput(template: readonly WordPattern[], path: string, given: Pick<Given, 'unknown' | 'cwd'> & { isKnown: boolean }): boolean {
  const [sign, pattern] = template;
  if (sign?.text !== '>' || !pattern || template.length !== 2) return false;
  if (!given.isKnown) return pattern.text === '*' || given.unknown === 'fits-all';
  return fits(pattern, absolutePath(path, given.cwd), given.cwd);
}

const baseOf = (word: string) => word.slice(word.lastIndexOf('/') + 1);
