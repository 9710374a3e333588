import { parse } from 'yaml';

export const expectations = ['allow', 'approve', 'deny', 'refused'] as const;
export type Expectation = (typeof expectations)[number];

/** A command and what the policy should say of it; `refused`: anything but `allow`. */
export interface Labelled { command: string; expect: Expectation; rule?: string; run_as?: string }

/** A list in YAML or JSON, or lines `deny: command`; `#` begins a comment. What cannot be read names its place. */
export function readLabelled(name: string, text: string): Labelled[] {
  if (/^\s*(?:\[|- )/m.test(text.replace(/^\s*#.*$/gm, '').trimStart().slice(0, 2))) return listed(name, parse(text) as unknown);
  return text.split('\n').flatMap((line, index) => (/^\s*(?:#|$)/.test(line) ? [] : [ofLine(line, `${name}:${index + 1}`)]));
}

function ofLine(line: string, place: string): Labelled {
  const found = /^\s*(allow|approve|deny|refused):\s+(\S.*)$/.exec(line);
  if (!found) throw new Error(`${place}: a line is "allow: command", "approve: command", "deny: command" or "refused: command".`);
  return { expect: found[1] as Expectation, command: found[2] ?? '' };
}

function listed(name: string, value: unknown): Labelled[] {
  if (!Array.isArray(value)) throw new Error(`${name}: a list of { command, expect } is wanted.`);
  return value.map((item: unknown, index) => labelled(item, `${name}: item ${index + 1}`));
}

function labelled(item: unknown, place: string): Labelled {
  const { command, expect, rule, run_as } = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
  if (typeof command !== 'string') throw new Error(`${place} has no command.`);
  if (!expectations.some((known) => known === expect)) throw new Error(`${place}: expect is one of ${expectations.join(', ')}.`);
  return { command, expect: expect as Expectation, ...(typeof rule === 'string' ? { rule } : {}), ...(typeof run_as === 'string' ? { run_as } : {}) };
}
