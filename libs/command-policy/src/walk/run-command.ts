import type { Assignment, Command, Word } from 'unbash';
import { checkAssignment } from '../rules/check-assignment.js';
import { expandText, expandWord, type Fields } from '../words/expand-word.js';
import { marks } from '../words/marks.js';
import { applyRedirects } from './apply-redirects.js';
import { invoke } from './invoke.js';
import { deny, forkScene, limits, mergeScene, report, type Scene, union } from './scene.js';
import { walker } from './walker.js';

const declaring = new Set(['export', 'declare', 'local', 'readonly', 'typeset']);

/** One simple command: its assignments, its words in all their ways, its redirections. Answers what it may print. */
export function runCommand(node: Command, scene: Scene): string[] {
  const inner = { ...scene };
  const finish = applyRedirects(node.redirects, inner);
  const assignments = node.prefix.filter((item): item is Assignment => item.type === 'Assignment');
  if (node.redirects.some((redirect) => redirect.type === 'Redirect' && /^\/dev\/(?:tcp|udp)\//.test(redirect.target?.value ?? '')) && /^(?:exec|.*sh|sudo|env|nohup|setsid|python.*|perl)$/.test(node.name?.value ?? '')) report(scene, deny('reverse-shell', 'A shell would be handed to somebody on the network.'));
  const printed = node.name ? finish(callOf(node, assignments, inner)) : finish(assignAll(assignments, inner));
  const { stdin: _own, ...kept } = inner;
  Object.assign(scene, kept);
  return printed;
}

function callOf(node: Command, assignments: Assignment[], scene: Scene): string[] {
  const name = node.name?.value ?? '';
  const words = [...(node.name ? [node.name] : []), ...node.args];
  const ways = combined(words.map((word) => waysOf(word, { scene, declares: declaring.has(name) })));
  const env = assignments.length > 0 ? forkScene(scene) : scene;
  if (assignments.length > 0) assignAll(assignments, env, name);
  const fromArray = node.name?.parts ? /\$\{\w+\[|\$@|\$\*|\$\{[@*]/.test(node.name.text) : false;
  const printed = runWays(ways, env, fromArray);
  if (env !== scene) { scene.cwd = env.cwd; scene.positional = env.positional; scene.exited = env.exited; scene.sourced = env.sourced; carryFiles(env, scene); if (/^(?:read|export|eval|\.|source|set|unset|declare|local|readonly|typeset|mapfile|readarray)$/.test(name)) scene.vars = env.vars; }
  return printed;
}

function carryFiles(from: Scene, to: Scene): void {
  for (const [path, texts] of from.files) to.files.set(path, texts);
  for (const [name, body] of from.functions) to.functions.set(name, body);
  for (const [link, target] of from.links) to.links.set(link, target);
}

function runWays(ways: Fields[], scene: Scene, fromArray: boolean): string[] {
  const run = (argv: string[], where: Scene) => renamed(where, fromArray, () => invoke(argv, where));
  const [only] = ways;
  if (ways.length === 1 && only && scene.cwd.length === 1) return run(only, scene);
  let printed: string[] = [];
  const before = forkScene(scene);
  for (const argv of ways) {
    for (const cwd of before.cwd) {
      const branch = { ...forkScene(before), cwd: [cwd] };
      printed = union(printed, run(argv, branch));
      if (argv === only && cwd === before.cwd[0]) { scene.vars = new Map(branch.vars); scene.cwd = branch.cwd; }
      mergeScene(scene, branch);
    }
  }
  return printed;
}

/** A command taken out of an array has its own rule when it is not harmless. */
function renamed(scene: Scene, fromArray: boolean, run: () => string[]): string[] {
  const before = scene.shared.findings.length;
  const printed = run();
  if (fromArray) for (const finding of scene.shared.findings.slice(before)) finding.rule = 'dynamic-command';
  return printed;
}

function waysOf(word: Word | Assignment, { scene, declares }: { scene: Scene; declares: boolean }): Fields[] {
  if (word.type === 'Word') return expandWord(word, scene, walker);
  return assignedTexts(word, scene).map((text) => [`${word.name}${word.append ? '+' : ''}=${text}`]).slice(0, declares ? 1 : limits.alternatives);
}

const unknownOf = (texts: string[]) => (texts.some((text) => text.includes(marks.network)) ? marks.network : marks.output);

/** All argument lists; too many, and the words with several ways become unknown. */
function combined(words: Fields[][]): Fields[] {
  const many = words.reduce((count, ways) => Math.min(count * Math.max(1, ways.length), 1_000), 1) > limits.alternatives;
  const used = many ? words.map((ways) => (ways.length > 1 ? [[unknownOf(ways.flat())]] : ways)) : words;
  let all: Fields[] = [[]];
  for (const ways of used) {
    const [only] = ways;
    if (only && ways.length === 1) for (const left of all) left.push(...only);
    else all = all.flatMap((left) => ways.map((right) => [...left, ...right]));
  }
  return all;
}

function assignAll(assignments: Assignment[], scene: Scene, before?: string): string[] {
  for (const assignment of assignments) {
    const texts = assignedTexts(assignment, scene);
    for (const text of texts) {
      const finding = checkAssignment({ name: assignment.name, value: text, append: assignment.append === true }, before);
      if (finding) report(scene, finding);
    }
    assign(assignment, texts, scene);
  }
  return [''];
}

function assign(assignment: Assignment, texts: string[], scene: Scene): void {
  const { name, append, index } = assignment;
  if (index) expandText(index, scene, walker);
  if (index) { scene.vars.set(name, indexed(scene.vars.get(name) ?? [''], index.value, texts)); return; }
  if (!append) { scene.vars.set(name, texts); return; }
  const between = assignment.value.type === 'ArrayValue' ? marks.element : '';
  const before = scene.vars.get(name) ?? [''];
  scene.vars.set(name, before.flatMap((first) => texts.map((text) => (first === '' ? text : first + between + text))).slice(0, limits.alternatives));
}

function indexed(before: string[], index: string, texts: string[]): string[] {
  if (!/^\d{1,3}$/.test(index)) return [marks.output];
  return before.flatMap((list) => texts.map((text) => {
    const elements = list === '' ? [] : list.split(marks.element);
    while (elements.length <= Number(index)) elements.push('');
    elements[Number(index)] = text;
    return elements.join(marks.element);
  })).slice(0, limits.alternatives);
}

export function assignedTexts({ value }: Assignment, scene: Scene): string[] {
  if (value.type === 'Word') return expandText(value, scene, walker);
  const lists = combined(value.elements.map((element) => expandWord(element, scene, walker)));
  return lists.map((list) => list.join(marks.element));
}
