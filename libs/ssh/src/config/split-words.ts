/** Words of a line as OpenSSH splits them: blanks, both quotes, `\` before quote, backslash or blank; `#` at a word's start ends the line. Undefined: an open quote. */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBlank(text[at])) { at += 1; continue; }
    if (text[at] === '#') break;
    const word = wordAt(text, at);
    if (!word) return undefined;
    words.push(word.text);
    at = word.end;
  }
  return words;
}

function wordAt(text: string, start: number): { text: string; end: number } | undefined {
  let word = '';
  let quote = '';
  let at = start;
  for (; at < text.length; at += 1) {
    const letter = text[at]!;
    if (letter === '\\' && isEscaped(text[at + 1], quote)) word += text[(at += 1)]!;
    else if (!quote && isBlank(letter)) break;
    else if (!quote && (letter === '"' || letter === "'")) quote = letter;
    else if (quote && letter === quote) quote = '';
    else word += letter;
  }
  return quote ? undefined : { text: word, end: at };
}

function isEscaped(letter: string | undefined, quote: string): boolean {
  return letter === '"' || letter === "'" || letter === '\\' || (letter === ' ' && !quote);
}

function isBlank(letter: string | undefined): boolean {
  return letter === ' ' || letter === '\t';
}

/** The first word, and the rest after blanks and at most one `=`: how keywords are cut from their arguments. */
export function cutKeyword(line: string): { keyword: string; rest: string } {
  const text = line.replace(/^[ \t\r]+|[ \t\r\n\f]+$/g, '');
  const [, quoted, plain, rest = ''] = /^(?:"([^"]*)"|([^ \t\r\n="]+))[ \t]*=?[ \t]*(.*)$/s.exec(text) ?? [];
  return { keyword: (quoted ?? plain ?? '').toLowerCase(), rest };
}
