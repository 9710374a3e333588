import { cutKeyword, splitWords } from './split-words.js';

/** One line of an ssh configuration. `words`: undefined where a quote stays open. `included`: the files that an `Include` names, in order. */
export interface ConfigLine {
  keyword: string;
  rest: string;
  words: string[] | undefined;
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
    return [{ keyword: unclear ? `${keyword}"` : keyword, rest, words: splitWords(rest), where: `${file}:${index + 1}` }];
  });
}
