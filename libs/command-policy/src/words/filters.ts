import { asCode, hasHole, isUnknown, withoutForeignMarks } from './marks.js';
import { own } from '../own.js';

/** What a filter makes of known text; undefined: not known. */
type Filter = (args: string[], text: string) => string | undefined;

const same: Filter = (_args, text) => text;

export const filters: Record<string, Filter> = {
  cat: (args, text) => (args.some((arg) => !arg.startsWith('-')) && text === '' ? undefined : args.some((arg) => /^-\w*[nAbeEvTst]/.test(arg)) ? undefined : text),
  sort: lines, head: lines, tail: lines, uniq: lines, shuf: lines, tac: lines, grep: lines, egrep: lines, fgrep: lines, pv: same, buffer: same, mbuffer: same, unbuffer: same, sponge: same,
  rev: (_args, text) => known(text, (plain) => plain.split('\n').map((line) => [...line].reverse().join('')).join('\n')),
  base64: (args, text) => decoded(args, text, 'base64'), base32: () => undefined, basenc: () => undefined,
  xxd: (args, text) => (/-\w*r/.test(args.join(' ')) ? hex(args, text) : undefined),
  tr: (args, text) => known(text, (plain) => translate(args, plain)),
  sed: (args, text) => (keepsLines(args) ? lines(args, text) : undefined) ?? known(text, (plain) => substitute(args, plain)),
  cut: (args, text) => known(text, (plain) => cut(args, plain)),
  openssl: (args, text) => (/^(?:base64|enc)$/.test(args[0] ?? '') && args.includes('-d') && (args[0] === 'base64' || args.includes('-base64') || args.includes('-a')) ? decoded(['-d'], text, 'base64') : undefined),
  fold: () => undefined, fmt: () => undefined, column: () => undefined, nl: () => undefined, paste: () => undefined,
};

/** Fewer lines, other order: every line is one that was there. Files as arguments are not the input. */
function lines(args: string[], text: string): string | undefined {
  if (text === '') return undefined;
  return args.some((arg) => /^(?:-c|--bytes|--count|-\w*c$)/.test(arg)) ? undefined : text;
}

const known = (text: string, make: (plain: string) => string | undefined) => (isUnknown(text) || text === '' ? undefined : make(text));

function decoded(args: string[], text: string, coding: 'base64'): string | undefined {
  if (!args.some((arg) => /^-\w*[dD]|^--d/.test(arg)) || hasHole(text)) return undefined;
  const clean = asCode(text).replace(/\s+/g, '');
  if (clean.replace(/=+$/, '').length % 4 === 1) return undefined;
  return /^[A-Za-z0-9+/]*={0,2}$/.test(clean) && clean !== '' ? printable(coding === 'base64' ? base64(clean) : '') : undefined;
}

function base64(text: string): string {
  return atob(text.replace(/=+$/, ''));
}

function printable(bytes: string): string {
  const codes = Uint8Array.from(bytes, (character) => character.charCodeAt(0) & 255);
  return withoutForeignMarks(new TextDecoder().decode(codes)).replaceAll('\0', '');
}

function hex(args: string[], text: string): string | undefined {
  if (hasHole(text) || !args.join('').includes('p')) return undefined;
  const clean = text.replace(/\s+/g, '');
  return /^(?:[0-9a-fA-F]{2})+$/.test(clean) ? printable(clean.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)))) : undefined;
}

function translate(args: string[], text: string): string | undefined {
  const [from, to] = args.filter((arg) => !/^-\w/.test(arg)).map((set) => characters(set));
  const flags = args.filter((arg) => /^-\w/.test(arg)).join('');
  if (!from || /[cCs]/.test(flags)) return undefined;
  if (flags.includes('d')) return [...text].filter((character) => !from.includes(character)).join('');
  if (!to || to.length === 0) return undefined;
  return [...text].map((character) => { const index = from.lastIndexOf(character); return index < 0 ? character : (to[Math.min(index, to.length - 1)] ?? character); }).join('');
}

const classes: Record<string, string> = { upper: 'A-Z', lower: 'a-z', digit: '0-9', alpha: 'A-Za-z', space: ' \\t\\n', alnum: 'A-Za-z0-9', blank: ' \\t' };

function characters(set: string): string[] | undefined {
  const plain = set.replace(/\[:(\w+):\]/g, (_whole, name: string) => own(classes, name) ?? '').replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\\\/g, '\\').replace(/\\([0-7]{1,3})/g, (_whole, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  if (plain.length > 512) return undefined;
  return [...plain.replace(/([^])-([^])/g, (whole, first: string, last: string) => range(first, last) ?? whole)];
}

function range(first: string, last: string): string | undefined {
  const [a, b] = [first.charCodeAt(0), last.charCodeAt(0)];
  return b < a || b - a > 255 ? undefined : String.fromCharCode(...Array.from({ length: b - a + 1 }, (_, index) => a + index));
}

/** `sed '1,5d'`, `sed -n '/x/p'`, `sed 3q`: fewer lines, none of them changed. */
function keepsLines(args: string[]): boolean {
  const programs = args.filter((arg) => !/^-[neEr]+$/.test(arg));
  const line = /^(?:\d+|\$|\/[^/]*\/)?(?:,(?:\d+|\$|\/[^/]*\/))?!?[dpq]$/;
  return programs.length > 0 && programs.every((program) => program.split(';').every((part) => line.test(part.trim())));
}

/** Only `s/plain/plain/g`. */
function substitute(args: string[], text: string): string | undefined {
  const programs = args.filter((arg) => arg !== '-e' && arg !== '-E' && arg !== '-r');
  if (programs.length !== 1) return undefined;
  let result: string | undefined = text;
  for (const program of (programs[0] ?? '').split(';')) {
    const found = /^s([^\w\s\\])((?:(?!\1)[\w /:,.@#%+=-]|\^|\$)*)\1((?:(?!\1)[\w /:,.@#%+=-])*)\1(g?)$/.exec(program.trim());
    if (!found || result === undefined) return undefined;
    result = replacePlain(result, { from: found[2] ?? '', to: found[3] ?? '', all: found[4] === 'g' });
  }
  return result;
}

function replacePlain(text: string, { from, to, all }: { from: string; to: string; all: boolean }): string | undefined {
  if (/[.*^$+]/.test(from) || from === '') return undefined;
  return text.split('\n').map((line) => (all ? line.replaceAll(from, () => to) : line.replace(from, () => to))).join('\n');
}

function cut(args: string[], text: string): string | undefined {
  const joinedArgs = args.join(' ');
  const delimiter = /-d ?(.)/.exec(joinedArgs)?.[1] ?? '\t';
  const fields = /-f ?(\d{1,3})(?:$| )/.exec(joinedArgs)?.[1];
  const chars = /-[cb] ?(\d{1,4})(?:-(\d{0,4}))?(?:$| )/.exec(joinedArgs);
  if (fields !== undefined) return text.split('\n').map((line) => (line.includes(delimiter) ? (line.split(delimiter)[Number(fields) - 1] ?? '') : line)).join('\n');
  if (!chars) return undefined;
  const from = Number(chars[1]) - 1;
  const to = chars[2] === undefined ? from + 1 : chars[2] === '' ? undefined : Number(chars[2]);
  return text.split('\n').map((line) => line.slice(from, to)).join('\n');
}

