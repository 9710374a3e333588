import { forEachChild, type ParsedScript, type SyntaxNode } from 'unbash';
import { deny, type Finding } from './walk/scene.js';

/** A piece of the text that has no smaller ones. */
interface Leaf { pos: number; end: number; quoted: boolean }
interface Place { quoted: boolean; depth: number }

const foreign = /[^\u0000-\u007F]/;
const comments = /(?<![^\s;&|()`])#[^\n]*/g;
const quotes = new Set(['SingleQuoted', 'DoubleQuoted', 'AnsiCQuoted', 'LocaleString', 'HereDocBody']);
const deepest = 1_000;

/** Letters that look like others have a place in quotes, here-documents and comments only. */
export function checkForeignLetters(text: string, script: ParsedScript): (Finding & { at: number }) | undefined {
  const at = bareForeignLetter(text, script);
  return at < 0 ? undefined : { ...deny('unicode-hidden', 'A letter outside of quotes that is not ASCII may look like another one.', 'Write it in quotes.'), at };
}

/** What the parser made part of nothing must be a comment: a letter in any other gap is taken for a bare one. */
function bareForeignLetter(text: string, script: ParsedScript): number {
  if (!foreign.test(text)) return -1;
  const leaves: Leaf[] = [];
  gather(script, { quoted: false, depth: 0 }, leaves);
  leaves.sort((a, b) => a.pos - b.pos);
  const bare = leaves.find(({ pos, end, quoted }) => !quoted && foreign.test(text.slice(pos, end)));
  return bare ? bare.pos + text.slice(bare.pos, bare.end).search(foreign) : gapsOf(text, leaves).replace(comments, blank).search(foreign);
}

function gather(node: SyntaxNode, { quoted, depth }: Place, leaves: Leaf[]): void {
  const { pos, end } = node;
  const own = escapedScript(node);
  if (depth > deepest || (node.type === 'Script' && node.errors?.length)) leaves.push({ pos, end, quoted: false });
  else if (own?.source !== undefined) leaves.push({ pos, end, quoted: bareForeignLetter(own.source, own) < 0 });
  else gatherChildren(node, { quoted: node.type !== 'Script' && (quoted || quotes.has(node.type)), depth: depth + 1 }, leaves);
}

function gatherChildren(node: SyntaxNode, place: Place, leaves: Leaf[]): void {
  let whole = node.type !== 'Script' && node.type !== 'CompoundList';
  forEachChild(node, (child) => { whole = false; gather(child, place, leaves); });
  if (whole) leaves.push({ pos: node.pos, end: node.end, quoted: place.quoted });
}

/** Backticks with backslashes hold another text than the one that is written: its positions are its own. */
const escapedScript = (node: SyntaxNode) => (node.type === 'CommandExpansion' || node.type === 'ArithmeticCommandExpansion' ? node.script : undefined);

function gapsOf(text: string, leaves: readonly Leaf[]): string {
  let gaps = '';
  for (const { pos, end } of leaves) {
    if (pos >= gaps.length) gaps += text.slice(gaps.length, pos);
    if (end > gaps.length) gaps += 'x'.repeat(end - gaps.length);
  }
  return gaps + text.slice(gaps.length);
}

const blank = (found: string) => ' '.repeat(found.length);
