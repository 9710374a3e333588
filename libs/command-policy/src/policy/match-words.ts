/**
 * Words against a template: `*` inside a word stands for any text without `/..`, `*` as the last word for any further words (also none).
 * A word that is not known (`known` false) matches only a `*` of its own.
 */
export function matchWords(template: readonly string[], words: readonly string[], known?: readonly boolean[]): boolean {
  for (let i = 0; i < template.length; i += 1) {
    const pattern = template[i] ?? '';
    if (pattern === '*' && i === template.length - 1) return true;
    const word = words[i];
    if (word === undefined) return false;
    if (known?.[i] === false && pattern !== '*') return false;
    if (!matchWord(pattern, i === 0 && !pattern.includes('/') ? baseOf(word) : word)) return false;
  }
  return template.length === words.length;
}

const baseOf = (word: string) => word.slice(word.lastIndexOf('/') + 1);

function matchWord(pattern: string, word: string): boolean {
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
