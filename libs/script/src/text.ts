/** Shell text whose parts are quoted by construction: made by `sh`, `arg` and `verbatim`, never by string arithmetic. */
export class Text {
  constructor(readonly text: string) {}
}

const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * A value as exactly one word of shell text; a list as one word each. What is not plain is single-quoted.
 * @throws TypeError for a NUL character, which no command line can carry.
 */
export function arg(value: string | number | readonly (string | number)[]): Text {
  if (typeof value === 'object') return new Text(value.map((item) => quote(String(item))).join(' '));
  return new Text(quote(String(value)));
}

/** Shell text as somebody else wrote it, taken word for word. For operators' commands, not for values. */
export function verbatim(text: string): Text {
  return new Text(text);
}

/** Shell text with values in it: sh`tar -xzf ${arg(file)}`. A bare string is refused: say `arg(value)`. */
export function sh(parts: TemplateStringsArray, ...values: (Text | number)[]): Text {
  let text = parts[0] ?? '';
  for (let index = 0; index < values.length; index += 1) text += wordOf(values[index]) + (parts[index + 1] ?? '');
  return new Text(text);
}

function wordOf(value: unknown): string {
  if (value instanceof Text) return value.text;
  if (typeof value === 'number') return String(value);
  throw new TypeError(`sh\`…\` takes a value as \${arg(value)}, not ${JSON.stringify(value)}: only so it is quoted.`);
}

function quote(value: string): string {
  if (value.includes('\0')) throw new TypeError('A command line cannot carry a NUL character.');
  return plain.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
