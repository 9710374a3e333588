export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Letters that stand in JSON as they are. */
const plain = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** JSON with sorted keys and no spaces: the same value always gives the same bytes (what is hashed and signed). */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === undefined) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return Array.isArray(value) ? listed(value) : named(value as Record<string, unknown>);
}

function listed(items: readonly unknown[]): string {
  let text = '';
  for (let index = 0; index < items.length; index += 1) text += index === 0 ? canonicalJson(items[index]) : `,${canonicalJson(items[index])}`;
  return `[${text}]`;
}

function named(fields: Record<string, unknown>): string {
  let text = '';
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name];
    if (field !== undefined) text += text === '' ? `${quoted(name)}:${canonicalJson(field)}` : `,${quoted(name)}:${canonicalJson(field)}`;
  }
  return `{${text}}`;
}

/** The same value, which nobody can change any more: handed out as often as wanted, it need not be copied. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner as unknown);
  }
  return value;
}
