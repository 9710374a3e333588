import { marks } from './marks.js';

export const mostBraceWords = 64;

/** `a{b,c}d` and `{1..5}` on the text of a word, as bash does before anything else. Undefined: more than 64 words. */
export function expandBraces(text: string): string[] | undefined {
  if (text.length > 2_048 || text.split('{').length > 33) return undefined;
  let words = [text];
  for (let round = 0; round < 16; round += 1) {
    const next: string[] = [];
    let changed = false;
    for (const word of words) {
      const parts = expandFirst(word);
      if (parts) changed = true;
      next.push(...(parts ?? [word]));
      if (next.length > mostBraceWords) return undefined;
    }
    words = next;
    if (!changed) return words;
  }
  return undefined;
}

function expandFirst(word: string): string[] | undefined {
  for (let open = nextOpen(word, 0); open >= 0; open = nextOpen(word, open + 1)) {
    const found = choicesAt(word, open);
    if (found) return found.choices.map((choice) => word.slice(0, open) + choice + word.slice(found.end));
  }
  return undefined;
}

/** Where the next `{` is that is neither quoted nor part of `${`. */
function nextOpen(word: string, from: number): number {
  for (let i = 0; i < word.length; i = skip(word, i)) if (i >= from && word[i] === '{' && word[i - 1] !== '$') return i;
  return -1;
}

/** The position after the character, the quoted string or the expansion that begins at `i`. */
function skip(word: string, i: number): number {
  const at = word[i];
  if (at === '\\') return i + 2;
  if (at === "'") return after(word, i, "'");
  if (at === '"') return afterDouble(word, i + 1);
  if (at === '`') return after(word, i, '`');
  if (at === '$' && (word[i + 1] === '{' || word[i + 1] === '(')) return afterNested(word, i + 1);
  return i + 1;
}

function after(word: string, i: number, end: string): number {
  const found = word.indexOf(end, i + 1);
  return found < 0 ? word.length : found + 1;
}

function afterDouble(word: string, from: number): number {
  let i = from;
  while (i < word.length && word[i] !== '"') i += word[i] === '\\' ? 2 : 1;
  return i + 1;
}

function afterNested(word: string, from: number): number {
  let depth = 0;
  for (let i = from; i < word.length; i += 1) {
    if (word[i] === '{' || word[i] === '(') depth += 1;
    if (word[i] === '}' || word[i] === ')') depth -= 1;
    if (depth === 0) return i + 1;
  }
  return word.length;
}

function choicesAt(word: string, open: number): { choices: string[]; end: number } | undefined {
  const cuts = [open];
  let depth = 0;
  for (let i = open; i < word.length; i = word[i] === '{' || word[i] === '}' ? i + 1 : skip(word, i)) {
    if (word[i] === '{') depth += 1;
    if (word[i] === ',' && depth === 1) cuts.push(i);
    if (word[i] === '}') depth -= 1;
    if (word[i] === '}' && depth === 0) return close(word, [...cuts, i]);
  }
  return undefined;
}

function close(word: string, cuts: number[]): { choices: string[]; end: number } | undefined {
  const end = (cuts.at(-1) ?? 0) + 1;
  if (cuts.length > 2) return { choices: cuts.slice(0, -1).map((cut, index) => word.slice(cut + 1, cuts[index + 1])), end };
  const range = rangeOf(word.slice((cuts[0] ?? 0) + 1, end - 1));
  return range ? { choices: range, end } : undefined;
}

function rangeOf(inner: string): string[] | undefined {
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,6}))?$/.exec(inner);
  const letters = /^([A-Za-z])\.\.([A-Za-z])$/.exec(inner);
  if (letters) return steps((letters[1] ?? '').charCodeAt(0), (letters[2] ?? '').charCodeAt(0), 1).map((code) => String.fromCharCode(code));
  if (!numbers) return undefined;
  const all = steps(Number(numbers[1]), Number(numbers[2]), Math.abs(Number(numbers[3] ?? 1)) || 1).map(String);
  return all.length > mostBraceWords ? [numbers[1] ?? '', numbers[2] ?? '', marks.name] : all;
}

function steps(from: number, to: number, by: number): number[] {
  const count = Math.min(Math.floor(Math.abs(to - from) / by) + 1, mostBraceWords + 1);
  return Array.from({ length: count }, (_, index) => (to >= from ? from + index * by : from - index * by));
}
