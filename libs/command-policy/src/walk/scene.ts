import type { CompoundCommand, CompoundList, Redirected } from 'unbash';
import type { Templates } from '../policy/documents.js';

export type Verdict = 'allow' | 'approve' | 'deny';

/** What one rule has to say. */
export interface Finding { verdict: 'approve' | 'deny'; rule: string; detail: string; instead?: string }

export interface Found extends Finding { span: [number, number] }

/** What all parts of one check share. */
export interface Shared {
  findings: Found[];
  steps: number;
  /** Set by the first `deny`, or when the command is too big to be followed: nothing more is looked at. */
  halted: boolean;
  /** The part of the command as written that is being looked at. */
  span: [number, number];
  /** Code inside code: positions no longer mean anything. */
  nested: number;
  runAs: string | undefined;
  /** The documents above the floor. */
  templates: Templates | undefined;
  traps: string[];
}

/** What is known of the shell at one moment. Values are lists of possible texts (see `marks`). */
export interface Scene {
  shared: Shared;
  vars: Map<string, string[]>;
  cwd: string[];
  /** What this command itself wrote to files. */
  files: Map<string, string[]>;
  /** Links this command made: from the link to what it leads to, both absolute. */
  links: Map<string, string>;
  functions: Map<string, CompoundCommand | Redirected | CompoundList>;
  aliases: Map<string, string>;
  positional: string[] | undefined;
  stdin: string[];
  /** Files of commands were read in: variables may have been set by them. */
  sourced: boolean;
  depth: number;
  /** The bodies of the functions being run. */
  calls: readonly object[];
  /** In a background job or a pipeline: what repeats here multiplies. */
  spawning: boolean;
  exited: boolean;
}

export const limits = { bytes: 65_536, steps: 3_000, depth: 40, alternatives: 24, text: 16_384, calls: 12 } as const;

export function forkScene(scene: Scene): Scene {
  scene.shared.steps += (scene.vars.size + scene.files.size + scene.functions.size) / 16;
  return { ...scene, vars: new Map(scene.vars), cwd: [...scene.cwd], files: new Map(scene.files), links: new Map(scene.links), functions: new Map(scene.functions), aliases: new Map(scene.aliases) };
}

/** After a branch that may or may not have run: both is possible. */
export function mergeScene(into: Scene, other: Scene): void {
  if (other.exited) return;
  for (const [name, values] of other.vars) into.vars.set(name, union(into.vars.get(name) ?? ['\uE000'], values));
  for (const [path, texts] of other.files) into.files.set(path, union(into.files.get(path) ?? [], texts));
  for (const [name, body] of other.functions) into.functions.set(name, body);
  for (const [from, to] of other.links) into.links.set(from, to);
  into.cwd = union(into.cwd, other.cwd);
  into.sourced ||= other.sourced;
}

/** Distinct texts; too many become one unknown. */
export function union(a: readonly string[], b: readonly string[]): string[] {
  const all = [...new Set([...a, ...b])];
  return all.length <= limits.alternatives ? all : [all.some((text) => text.includes('\uE002')) ? '\uE002' : '\uE001'];
}

export function report(scene: Scene, finding: Finding): void {
  scene.shared.findings.push({ ...finding, span: scene.shared.span });
  if (finding.verdict === 'deny') scene.shared.halted = true;
}

/** Work that is not a step of its own: characters handled, variables copied. */
export function spend(scene: Scene, amount: number): void {
  scene.shared.steps += amount;
}

/** Counts work; false when there was too much of it. */
export function mayGoOn(scene: Scene): boolean {
  const { shared } = scene;
  shared.steps += 1;
  if (shared.halted) return false;
  if (shared.steps <= limits.steps && scene.depth <= limits.depth) return true;
  report(scene, { verdict: 'deny', rule: 'too-complex', detail: 'The command is nested or branched too deeply to be followed.', instead: 'Put it into a script that is reviewed and deployed, and call that.' });
  return false;
}

export const deny = (rule: string, detail: string, instead?: string): Finding => ({ verdict: 'deny', rule, detail, ...(instead ? { instead } : {}) });
export const approve = (rule: string, detail: string, instead?: string): Finding => ({ verdict: 'approve', rule, detail, ...(instead ? { instead } : {}) });
