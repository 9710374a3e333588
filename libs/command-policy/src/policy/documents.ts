import type { PolicyDocument } from '@edge/contracts';
import { approve, deny, type Finding } from '../walk/scene.js';
import { asCode, isUnknown } from '../words/marks.js';
import { matchWords } from './match-words.js';

/** The words of a rule as written: `systemctl restart *`. */
const wordsOf = (template: string): string[] => template.trim().split(/\s+/).filter(Boolean);

/**
 * Judges one resolved command by the documents: the first `deny` wins, then `approve`; where a document has `allow_only`, every command
 * must be like one of its templates.
 */
export function templatesOf(rules: readonly PolicyDocument[]): ((argv: string[]) => Finding | undefined) | undefined {
  const own = rules.filter((rule) => rule.allow_only ?? rule.approve ?? rule.deny).map((rule) => ({ name: rule.name, only: rule.allow_only?.map(wordsOf), approve: (rule.approve ?? []).map(wordsOf), deny: (rule.deny ?? []).map(wordsOf) }));
  if (own.length === 0) return undefined;
  return (argv) => {
    const words = argv.map(asCode);
    const known = argv.map((word) => !isUnknown(word));
    for (const rule of own) {
      const hit = rule.deny.find((template) => matchWords(template, words));
      if (hit) return deny(rule.name, `The policy ${rule.name} refuses ${hit.join(' ')}.`);
      if (rule.only && !free.has(words[0] ?? '') && !rule.only.some((template) => matchWords(template, words, known))) return deny(rule.name, `The policy ${rule.name} allows only: ${rule.only.map((template) => template.join(' ')).join(', ')}.`, rule.only[0]?.join(' '));
    }
    for (const rule of own) {
      const hit = rule.approve.find((template) => matchWords(template, words));
      if (hit) return approve(rule.name, `The policy ${rule.name} asks for a second person for ${hit.join(' ')}.`);
    }
    return undefined;
  };
}

/** They only hold other commands together; what they start is judged itself. */
const free = new Set(['cd', 'export', 'set', 'shift', 'test', '[', 'true', 'false', ':', 'exit', 'return', 'trap', 'unset', 'read', 'local', 'sudo', 'env', 'nohup', 'timeout', 'nice', 'command', 'exec', 'time']);

