import type { PolicyDocument } from '@edge/contracts';
import { parse } from 'unbash';
import { checkForeignLetters } from './foreign-letters.js';
import { checkGate } from './gate.js';
import { templatesOf } from './policy/documents.js';
import { type Finding, type Found, type Scene, type Shared, type Verdict } from './walk/scene.js';
import { walkList } from './walk/walk.js';
import { withTraps } from './walk/with-traps.js';
import { homeFolder } from './words/marks.js';

export interface CommandVerdict { verdict: Verdict; /** The rule that decided; empty when allowed. */ rule: string; detail: string; /** Where in the text, zero-based, half open. */ span: [number, number]; /** What to write instead. */ instead?: string }
export interface CheckOptions { /** The user it would run as. */ runAs?: string; /** Rules above the floor, which no rule lifts. */ rules?: PolicyDocument[] }

/**
 * Says whether a shell command may run: parsed, its words resolved as far as they can be known, and judged by what it would do.
 * What does not parse, or is too big to be followed, is denied. Pure: same text, same answer.
 */
export function checkCommand(text: string, options: CheckOptions = {}): CommandVerdict {
  const stopped = checkGate(text);
  if (stopped) return verdictOf(atOneLetter(stopped, text));
  const script = parse(text);
  const error = script.errors?.[0];
  if (error) return verdictOf({ verdict: 'deny', rule: 'parse-error', detail: `The command cannot be read: ${error.message}.`, span: [Math.min(error.pos, text.length), text.length] });
  const foreign = checkForeignLetters(text, script);
  if (foreign) return verdictOf(atOneLetter(foreign, text));
  const scene = newScene(options);
  withTraps(scene, (own) => walkList(script.commands, own));
  const { findings } = scene.shared;
  const worst = findings.find((finding) => finding.verdict === 'deny') ?? findings[0];
  return worst ? verdictOf(withinText(worst, text)) : { verdict: 'allow', rule: '', detail: '', span: [0, 0] };
}

function atOneLetter({ at, ...finding }: Finding & { at: number }, { length }: string): Found {
  return { ...finding, span: [at, Math.min(length, at + 1)] };
}

/** A parser may place the end of what is not closed behind the end of the text. */
function withinText(found: Found, { length }: string): Found {
  const [from, to] = found.span;
  return { ...found, span: [Math.min(from, length), Math.min(to, length)] };
}

function verdictOf({ verdict, rule, detail, span, instead }: Found): CommandVerdict {
  return { verdict, rule, detail, span, ...(instead ? { instead } : {}) };
}

function newScene({ runAs, rules = [] }: CheckOptions): Scene {
  const shared: Shared = { findings: [], steps: 0, halted: false, span: [0, 0], nested: 0, runAs, templates: templatesOf(rules), traps: [] };
  return { shared, vars: new Map(), cwd: [homeFolder], files: new Map(), links: new Map(), functions: new Map(), aliases: new Map(), positional: undefined, stdin: [''], sourced: false, depth: 0, calls: [], spawning: false, exited: false };
}
