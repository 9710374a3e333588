import type { PolicyDocument } from '@edge/contracts';
import { approve, deny, type Finding } from '../walk/scene.js';
import { asCode, isUnknown } from '../words/marks.js';
import { matchOutput, matchWords, templateOf } from './match-words.js';
import type { WordPattern } from './word-pattern.js';

/** What documents say above the floor, of one resolved command and of one file that output goes to. */
export interface Templates {
  command(argv: readonly string[], cwd: string): Finding | undefined;
  output(path: string, cwd: string): Finding | undefined;
}

interface Template { text: string; words: WordPattern[] }
interface Rules { name: string; only: Template[] | undefined; approve: Template[]; deny: Template[] }

/** Does this template fit; `strict`: it may only fit what is known. */
type Fits = (template: Template, strict: boolean) => boolean;

/**
 * The first `deny` of any document wins, then `allow_only` (where a document has one, every command must be like one of its templates), then `approve`.
 */
export function templatesOf(documents: readonly PolicyDocument[]): Templates | undefined {
  const rules = documents.filter((document) => document.allow_only ?? document.approve ?? document.deny).map(readRules);
  if (rules.length === 0) return undefined;
  return {
    command(argv, cwd) {
      const words = argv.map(asCode);
      const known = argv.map((word) => !isUnknown(word));
      return judged(rules, { fits: ({ words: template }, strict) => matchWords(template, words, { known, unknown: strict ? 'fits-nothing' : 'fits-all', cwd }), exempt: free.has(words[0] ?? '') });
    },
    output(path, cwd) {
      const isKnown = !isUnknown(path);
      return judged(rules, { fits: ({ words: template }, strict) => matchOutput(template, asCode(path), { isKnown, unknown: strict ? 'fits-nothing' : 'fits-all', cwd }), exempt: /^\/dev\/(?:null|std(?:in|out|err)|tty|fd\/\d+)$/.test(path) });
    },
  };
}

function readRules({ name, allow_only, approve: asks = [], deny: refuses = [] }: PolicyDocument): Rules {
  const read = (text: string): Template => ({ text, words: templateOf(text) });
  return { name, only: allow_only?.map(read), approve: asks.map(read), deny: refuses.map(read) };
}

function judged(rules: readonly Rules[], { fits, exempt }: { fits: Fits; exempt: boolean }): Finding | undefined {
  for (const rule of rules) {
    const hit = rule.deny.find((template) => fits(template, false));
    if (hit) return deny(rule.name, `The policy ${rule.name} refuses ${hit.text}.`);
  }
  for (const rule of rules) {
    if (rule.only && !exempt && !rule.only.some((template) => fits(template, true))) return deny(rule.name, `The policy ${rule.name} allows only: ${rule.only.map(({ text }) => text).join(', ')}.`, rule.only[0]?.text);
  }
  for (const rule of rules) {
    const hit = rule.approve.find((template) => fits(template, false));
    if (hit) return approve(rule.name, `The policy ${rule.name} asks for a second person for ${hit.text}.`);
  }
  return undefined;
}

/** They only hold other commands together; what they start is judged itself. */
const free = new Set(['cd', 'export', 'set', 'shift', 'test', '[', 'true', 'false', ':', 'exit', 'return', 'trap', 'unset', 'read', 'local', 'sudo', 'env', 'nohup', 'timeout', 'nice', 'command', 'exec', 'time']);
