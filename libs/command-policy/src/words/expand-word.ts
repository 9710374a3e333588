import { type ParsedScript, parse, type Word, type WordPart } from 'unbash';
import { limits, type Scene, spend } from '../walk/scene.js';
import { expandBraces } from './expand-braces.js';
import { expandParameter, simpleParameter } from './expand-parameter.js';
import { homeOf } from './home-of.js';
import { hasGlob, marks, withoutForeignMarks } from './marks.js';
import { expandTilde } from './paths.js';

/** Runs the commands of a substitution and answers what they may print. Handed in: words and walking need each other. */
export interface Walker {
  substitute(scene: Scene, part: WordPart): string[];
  process(scene: Scene, part: WordPart): string;
  script(scene: Scene, script: ParsedScript): void;
}

/** One way a word may come out: its fields after splitting. */
export type Fields = string[];

interface Draft { fields: string[]; current: string | undefined }

/** What a piece contributes: `split` text is cut at white space, as unquoted expansions are. */
interface Piece { texts: string[]; split: boolean; literal?: boolean }

/** All ways a word may come out, at most 24. */
export function expandWord(word: Word, scene: Scene, walker: Walker): Fields[] {
  if (!word.parts) return [[literalWord(word, scene)]];
  if (word.parts.some((part) => part.type === 'BraceExpansion')) return bracesOf(word, scene, walker);
  return expandParts(word.parts, scene, walker);
}

/** As a text without splitting: assignments, redirection targets, case words. */
export function expandText(word: Word, scene: Scene, walker: Walker): string[] {
  if (!word.parts) return [literalWord(word, scene)];
  spend(scene, word.text.length / 256);
  let texts = [''];
  word.parts.forEach((part, index) => { texts = product(texts, pieceOf(part, { scene, walker, first: index === 0 }).texts); });
  for (const text of texts) spend(scene, text.length / 512);
  return texts.map((text) => text.replaceAll(marks.element, ' '));
}

export function expandPartsText(parts: readonly WordPart[], scene: Scene, walker: Walker): string[] {
  let texts = [''];
  for (const part of parts) if (!scene.shared.halted) texts = product(texts, pieceOf(part, { scene, walker, first: false }).texts);
  return texts;
}

function product(left: string[], right: string[]): string[] {
  const out = new Set<string>();
  for (const a of left) for (const b of right) out.add(a + b);
  const all = [...out];
  const short = all.every((text) => text.length <= limits.text);
  if (all.length <= limits.alternatives && short) return all;
  const worst = all.some((text) => text.includes(marks.network)) ? marks.network : marks.output;
  return left.length <= limits.alternatives && short ? left.map((text) => text + worst) : [worst];
}

/** `~` is the home folder of whoever the command runs as. */
const tildeOf = (scene: Scene) => ({ cwd: scene.cwd[0] ?? '/', home: scene.vars.get('HOME')?.[0] ?? homeOf(scene.shared.runAs) });

function literalWord(word: Word, scene: Scene): string {
  return word.text.startsWith('~') ? expandTilde(word.value, tildeOf(scene)) : word.value;
}

function bracesOf(word: Word, scene: Scene, walker: Walker): Fields[] {
  const texts = expandBraces(word.text);
  if (!texts) return [[marks.output]];
  const words = texts.map((text) => reparsed(text));
  if (words.some((list) => list === undefined)) return [[marks.output]];
  let results: Fields[] = [[]];
  for (const inner of words.flatMap((list) => list ?? [])) {
    const ways = inner.parts?.some((part) => part.type === 'BraceExpansion') ? [[inner.value]] : expandWord(inner, scene, walker);
    results = results.flatMap((left) => ways.map((right) => [...left, ...right])).slice(0, limits.alternatives);
  }
  return results;
}

function reparsed(text: string): Word[] | undefined {
  if (text === '') return [];
  const script = parse(`: ${text}`);
  const command = script.commands[0]?.command;
  if (script.errors?.length || script.commands.length !== 1 || command?.type !== 'Command') return undefined;
  return command.suffix.flatMap((item) => (item.type === 'Word' ? [item] : []));
}

function expandParts(parts: readonly WordPart[], scene: Scene, walker: Walker): Fields[] {
  spend(scene, parts.length / 8);
  let drafts: Draft[] = [{ fields: [], current: undefined }];
  parts.forEach((part, index) => {
    const piece = pieceOf(part, { scene, walker, first: index === 0 });
    const texts = drafts.length * piece.texts.length > limits.alternatives ? [collapsed(piece.texts)] : piece.texts;
    drafts = drafts.flatMap((draft) => texts.map((text) => append(draft, text, piece)));
  });
  for (const { current } of drafts) spend(scene, (current?.length ?? 0) / 512);
  return drafts.map(({ fields, current }) => (current === undefined ? fields : [...fields, current]));
}

const collapsed = (texts: string[]) => (texts.length === 1 ? (texts[0] ?? '') : texts.some((text) => text.includes(marks.network)) ? marks.network : marks.output);

function append(draft: Draft, text: string, { split, literal }: Piece): Draft {
  if (text.includes(marks.element)) return appendAll(draft, text.split(marks.element));
  if (!split) return { fields: draft.fields, current: literal && text === '' ? draft.current : (draft.current ?? '') + text };
  const globbed = text.replaceAll('*', marks.star).replaceAll('?', marks.one).replace(/\[[^\]/]{1,40}\]/g, marks.one);
  const words = globbed.split(/[ \t\n]+/);
  if (words.length === 1) return { fields: draft.fields, current: globbed === '' ? draft.current : (draft.current ?? '') + globbed };
  const first = words[0] === '' ? draft.current : (draft.current ?? '') + (words[0] ?? '');
  const last = words.at(-1);
  return { fields: [...draft.fields, ...(first === undefined ? [] : [first]), ...words.slice(1, -1)], current: last === '' ? undefined : last };
}

function appendAll(draft: Draft, elements: string[]): Draft {
  const fields = [...draft.fields, (draft.current ?? '') + (elements[0] ?? ''), ...elements.slice(1, -1)];
  return { fields, current: elements.at(-1) };
}

interface PieceContext { scene: Scene; walker: Walker; first: boolean }

function pieceOf(part: WordPart, context: PieceContext): Piece {
  const { scene, walker, first } = context;
  if (scene.shared.halted) return { texts: [marks.output], split: false };
  switch (part.type) {
    case 'Literal': return { texts: [first && part.text.startsWith('~') ? expandTilde(part.value, tildeOf(scene)) : part.value], split: false, literal: true };
    case 'Glob': return { texts: [part.kind === 'star' ? marks.star : marks.one], split: false };
    case 'ExtendedGlob': return { texts: [marks.star], split: false };
    case 'BraceExpansion': return { texts: [part.text], split: false };
    case 'SingleQuoted': return { texts: [part.value], split: false };
    case 'AnsiCQuoted': return { texts: [withoutForeignMarks(part.value.replaceAll('\0', ''))], split: false };
    case 'DoubleQuoted': case 'LocaleString': return { texts: quoted(part.parts, context), split: false };
    case 'SimpleExpansion': return { texts: simpleParameter(part.text.slice(1), scene), split: true };
    case 'ParameterExpansion': return { texts: expandParameter(part, scene, walker), split: true };
    case 'CommandExpansion': return { texts: walker.substitute(scene, part), split: true };
    case 'ArithmeticExpansion': walker.substitute(scene, part); return { texts: [arithmetic(part.text)], split: false };
    case 'ProcessSubstitution': return { texts: [walker.process(scene, part)], split: false };
  }
}

const arithmetic = (text: string) => (/^\$\(\(\s*\d{1,9}\s*\)\)$/.test(text) ? text.replace(/\D/g, '') : marks.name);

function quoted(parts: readonly WordPart[], context: PieceContext): string[] {
  let texts = [''];
  for (const part of parts) texts = product(texts, pieceOf(part, { ...context, first: false }).texts);
  return texts;
}

/** Unquoted globs in the first word of a command choose the program by what lies on the disk. */
export const isGlobbed = (fields: Fields[]) => fields.some((field) => hasGlob(field[0] ?? ''));
