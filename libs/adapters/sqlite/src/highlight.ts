/** Words as the index sees them: runs of letters, digits and private characters, without case and diacritics. */
export function wordsOf(text: string): string[] {
  return [...new Set([...text.matchAll(words)].map(([word]) => fold(word)))];
}

/** The text with the found words between U+E000 and U+E001; undefined if none is in it. */
export function highlight(text: string, found: readonly string[]): string | undefined {
  const wanted = new Set(found);
  const marked = text.replaceAll(words, (word) => (wanted.has(fold(word)) ? `\u{E000}${word}\u{E001}` : word));
  return marked === text ? undefined : marked;
}

const words = /[\p{L}\p{N}\p{Mn}]+/gu;
const fold = (word: string): string => word.normalize('NFD').replaceAll(/\p{Mn}/gu, '').toLowerCase();
