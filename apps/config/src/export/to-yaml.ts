import { isObject, type Json, type JsonObject } from '@edge/contracts';

/** Documents as a YAML stream: block style, keys in the given order, every text that could be read as something else in double quotes. The same documents give the same bytes. */
export function toYaml(documents: JsonObject[]): string {
  return documents.map((document) => `---\n${block(document, 0)}`).join('');
}

function block(value: JsonObject, depth: number): string {
  return Object.entries(value).map(([key, item]) => `${'  '.repeat(depth)}${text(key)}:${below(item, depth)}`).join('');
}

function below(value: Json, depth: number): string {
  if (isObject(value)) return Object.keys(value).length === 0 ? ' {}\n' : `\n${block(value, depth + 1)}`;
  if (!Array.isArray(value)) return ` ${scalar(value)}\n`;
  return value.length === 0 ? ' []\n' : `\n${value.map((item) => `${'  '.repeat(depth + 1)}- ${entry(item, depth + 1)}`).join('')}`;
}

/** An entry of a list: objects begin on the line of their dash. */
function entry(value: Json, depth: number): string {
  if (isObject(value) && Object.keys(value).length > 0) return block(value, depth + 1).trimStart();
  return Array.isArray(value) || isObject(value) ? `${JSON.stringify(value)}\n` : `${scalar(value)}\n`;
}

function scalar(value: Json): string {
  return typeof value === 'string' ? text(value) : JSON.stringify(value);
}

const plain = /^[A-Za-z/][A-Za-z0-9_./@%+-]*( [A-Za-z0-9_./@%+-]+)*$/;
const special = /^(true|false|null|yes|no|on|off|y|n|~)$/i;

function text(value: string): string {
  return plain.test(value) && !special.test(value) ? value : JSON.stringify(value);
}
