import { cutKeyword, splitWords } from './split-words.js';

/** One line of an ssh configuration. `words`: undefined where a quote stays open. `included`: the files that an `Include` names, in order. */
export interface ConfigLine {
  keyword: string;
  rest: string;
  words: string[] | undefined;
  /** Of a `Host` line with names only, no patterns: those names. A configuration may name thousands of hosts, and each is looked for. */
  names?: ReadonlySet<string>;
  /** `file:line`, for messages. */
  where: string;
  included?: ConfigLine[][];
  /** Why a file that an `Include` names is not followed. */
  problem?: string;
}

/** The lines of a file that say something. */
export function parseConfig(text: string, file: string): ConfigLine[] {
  return text.split('\n').flatMap((line, index) => {
    const { keyword, rest } = cutKeyword(line);
    if (keyword === '' || keyword.startsWith('#')) return [];
    // ssh ends a line at a NUL and reads a quote that touches the keyword as part of it: such lines mean something else to everybody.
    const unclear = line.includes('\0') || /^[ \t]*[^ \t="#]+"/.test(line);
    const words = splitWords(rest);
    const plain = keyword === 'host' && words && words.length > 0 && words.every((word) => /^[^*?!]+$/.test(word));
    return [{ keyword: unclear ? `${keyword}"` : keyword, rest, words, ...(plain ? { names: new Set(words) } : {}), where: `${file}:${index + 1}` }];
  });
}
