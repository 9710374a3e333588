import { hasHole, marks, withoutForeignMarks } from './marks.js';
import { own } from '../own.js';

/** What `printf format args…` prints; what a host would decide becomes a mark. */
export function printfText([format = '', ...args]: string[]): string {
  if (format.length > 4_096 || args.length > 256) return marks.output;
  const pattern = unescape(format);
  const slots = (pattern.match(/%[-+ 0#]*[0-9*]*(?:\.[0-9*]+)?[a-zA-Z]/g) ?? []).length;
  let rest = args;
  let text = '';
  do { text += filled(pattern, rest); rest = rest.slice(slots); } while (slots > 0 && rest.length > 0);
  return text;
}

function filled(pattern: string, args: string[]): string {
  let index = 0;
  return pattern.replace(/%%|%[-+ 0#]*([0-9*]*)(?:\.([0-9*]+))?([a-zA-Z])/g, (whole, width: string | undefined, cut: string | undefined, kind: string | undefined) => {
    if (whole === '%%') return '%';
    const value = args[index] ?? '';
    index += 1;
    return one(value, { kind: kind ?? 's', width: width ?? '', cut });
  });
}

function one(value: string, { kind, width, cut }: { kind: string; width: string; cut: string | undefined }): string {
  if (width.includes('*') || cut?.includes('*')) return marks.output;
  if (kind === 'b') return unescape(value);
  if (kind === 'q') return hasHole(value) ? marks.output : `'${value.replaceAll("'", "'\\''")}'`;
  if (kind === 's') return (cut === undefined ? value : hasHole(value) ? marks.output : value.slice(0, Number(cut))).padStart(Math.min(Number(width) || 0, 256));
  if (kind === 'c') return value.slice(0, 1);
  return numeric(value, kind, width);
}

function numeric(value: string, kind: string, width: string): string {
  const number = /^['"]/.test(value) ? value.charCodeAt(1) : Number(value === '' ? 0 : /^0[0-7]+$/.test(value) ? Number.parseInt(value, 8) : value);
  if (!Number.isFinite(number) || width !== '') return marks.name;
  if (kind === 'x' || kind === 'X' || kind === 'o') return number.toString(kind === 'o' ? 8 : 16);
  return kind === 'd' || kind === 'i' || kind === 'u' ? String(Math.trunc(number)) : marks.name;
}

const simple: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', e: '\x1B', E: '\x1B', '\\': '\\', "'": "'", '"': '"' };

/** `\n`, `\x72`, `\162`, `\u0072`: as printf and `echo -e` read them. */
export function unescape(text: string): string {
  const plain = text.replace(/\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|0?([0-7]{1,3})|(.))/g, (_whole, hex: string | undefined, short: string | undefined, long: string | undefined, octal: string | undefined, letter: string | undefined) => {
    const digits = hex ?? short ?? long;
    if (digits !== undefined) return characterOf(Number.parseInt(digits, 16));
    if (octal !== undefined) return characterOf(Number.parseInt(octal, 8) & 255);
    return own(simple, letter ?? '') ?? `\\${letter ?? ''}`;
  });
  return plain.replaceAll('\0', '');
}

function characterOf(code: number): string {
  return code > 0x10FFFF ? marks.output : withoutForeignMarks(String.fromCodePoint(code));
}
