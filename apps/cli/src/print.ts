import { stringify } from 'yaml';

export type Format = 'json' | 'yaml' | 'table' | 'name';
export const formats: readonly Format[] = ['json', 'yaml', 'table', 'name'];

type Row = Record<string, unknown>;

/** Data on stdout. `columns` are the fields of the table, `name` the field that `-o name` prints. */
export function printData(data: object | object[], options: { format: Format; columns: string[]; name: string }): void {
  if (options.format === 'json') return write(JSON.stringify(data, undefined, 2));
  if (options.format === 'yaml') return write(stringify(data).trimEnd());
  const rows = (Array.isArray(data) ? data : [data]) as Row[];
  if (options.format === 'name') return rows.forEach((row) => write(text(row[options.name])));
  write(table(rows, options.columns));
}

/** Progress and messages on stderr: stdout holds nothing but data. */
export function say(line: string): void {
  process.stderr.write(`${harmless(line)}\n`);
}

export function write(line: string): void {
  process.stdout.write(`${harmless(line)}\n`);
}

/** What hosts wrote may hold sequences that a terminal obeys (title, clipboard, colours): they are shown, not sent. */
export function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

function table(rows: Row[], columns: string[]): string {
  const cells = [columns.map((column) => column.toUpperCase().replaceAll('_', ' ')), ...rows.map((row) => columns.map((column) => text(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells.map((line) => line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ').trimEnd()).join('\n');
}
