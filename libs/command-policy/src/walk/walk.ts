import { type AndOr, type Case, type CommandNode, type CompoundCommand, type CompoundList, type For, type If, parse, type PipelineNode, type Pipeline, type Redirected, type Statement, type TestExpression, type While, type Word } from 'unbash';
import { isUnknown, marks } from '../words/marks.js';
import { expandText, expandWord } from '../words/expand-word.js';
import { isForkBomb } from '../rules/fork-bomb.js';
import { shellIntoNetwork } from '../rules/shell-into-network.js';
import { applyRedirects } from './apply-redirects.js';
import { runCommand } from './run-command.js';
import { deny, forkScene, limits, mayGoOn, mergeScene, report, type Scene, spend, union } from './scene.js';
import { scanParts } from './scan-parts.js';
import { walker } from './walker.js';
import { withTraps } from './with-traps.js';

/** Follows statements in order and answers what they may print. */
export function walkList(statements: readonly Statement[], scene: Scene): string[] {
  let printed = [''];
  for (const statement of statements) printed = joined(printed, walkStatement(statement, scene));
  return printed;
}

function walkStatement(statement: Statement, scene: Scene): string[] {
  if (!mayGoOn(scene)) return [marks.output];
  if (!statement.background) return walkNode(statement.command, scene);
  return walkNode(statement.command, { ...forkScene(scene), spawning: true });
}

/** Texts printed one after the other. */
export function joined(first: string[], second: string[]): string[] {
  if (first.length === 1 && first[0] === '') return second;
  if (second.length === 1 && second[0] === '') return first;
  const all = first.flatMap((a) => second.map((b) => a + b));
  const long = all.some((text) => text.length > limits.text) || all.length > limits.alternatives;
  return long ? [all.some((text) => text.includes(marks.network)) ? marks.network : marks.output] : all;
}

type Node = CommandNode | PipelineNode | AndOr | CompoundList;

export function walkNode(node: Node, scene: Scene): string[] {
  if (!mayGoOn(scene)) return [marks.output];
  if (scene.shared.nested === 0 && 'pos' in node && node.type !== 'CompoundList') scene.shared.span = [node.pos, node.end];
  switch (node.type) {
    case 'Command': return runCommand(node, scene);
    case 'Pipeline': return walkPipeline(node, scene);
    case 'AndOr': return walkAndOr(node, scene);
    case 'CompoundList': return walkList(node.commands, scene);
    case 'Redirected': return walkRedirected(node, scene);
    case 'Function': return define(node.name.value, node.body, scene);
    case 'Coproc': return walkNode(node.body, { ...forkScene(scene), spawning: true });
    default: return walkCompound(node, scene);
  }
}

function walkCompound(node: CompoundCommand, scene: Scene): string[] {
  const deeper = { ...scene, depth: scene.depth + 1 };
  const printed = compound(node, deeper);
  Object.assign(scene, { ...deeper, depth: scene.depth });
  return printed;
}

function compound(node: CompoundCommand, scene: Scene): string[] {
  switch (node.type) {
    case 'If': return walkIf(node, scene);
    case 'For': case 'Select': return walkFor(node, scene);
    case 'While': return walkWhile(node, scene);
    case 'ArithmeticFor': if (!node.test && spawnsWithoutWaiting(node.body)) report(scene, endlessJobs); return walkLoop(node.body, scene);
    case 'Subshell': return withTraps(forkScene(scene), (own) => walkList(node.body.commands, own));
    case 'BraceGroup': return walkList(node.body.commands, scene);
    case 'Case': return walkCase(node, scene);
    case 'TestCommand': scanTest(node.expression, scene); return [''];
    case 'ArithmeticCommand': scanParts(node, scene, walker); asSubshells(node.body, scene); return [''];
  }
}

function walkPipeline(pipeline: Pipeline, scene: Scene): string[] {
  const { commands } = pipeline;
  if (shellIntoNetwork(pipeline)) report(scene, deny('reverse-shell', 'A shell would be handed to somebody on the network.'));
  let flowing = scene.stdin;
  commands.forEach((command, index) => {
    const part = { ...forkScene(scene), stdin: flowing, spawning: scene.spawning || commands.length > 1 };
    flowing = walkNode(command, part);
    if (index === commands.length - 1) mergeScene(scene, part);
    for (const [path, texts] of part.files) scene.files.set(path, texts);
    for (const [link, target] of part.links) scene.links.set(link, target);
  });
  return flowing;
}

function walkAndOr({ commands, operators }: AndOr, scene: Scene): string[] {
  let printed = commands[0] ? walkNode(commands[0], scene) : [''];
  operators.forEach((operator, index) => {
    const command = commands[index + 1];
    if (command) printed = joined(printed, operator === '&&' ? walkThen(command, commands[index], scene) : walkElse(command, scene));
  });
  return printed;
}

/** What follows `&&` ran, unless the test before it failed: then variables keep their values. */
function walkThen(command: Node, before: Node | undefined, scene: Scene): string[] {
  if (before && surelySucceeds(before)) return walkNode(command, scene);
  const earlier = forkScene(scene);
  const printed = walkNode(command, scene);
  for (const [name, values] of scene.vars) scene.vars.set(name, union(values, earlier.vars.get(name) ?? (before ? [marks.variable] : [])));
  return printed;
}

function surelySucceeds(node: Node): boolean {
  return node.type === 'Command' && (!node.name || !['[', 'test', 'false', 'grep', '[['].includes(node.name.value));
}

function walkElse(command: Node, scene: Scene): string[] {
  const branch = forkScene(scene);
  const printed = walkNode(command, branch);
  mergeScene(scene, branch);
  return union([''], printed);
}

function walkIf(node: If, scene: Scene): string[] {
  const tests = joined(walkNode(node.clause, scene), ['']);
  const bodies = [node.then, ...node.elif.map((elif) => elif.then), ...(node.else ? [node.else] : [])];
  for (const elif of node.elif) walkNode(elif.clause, scene);
  return joined(tests, walkBranches(bodies, scene, { complete: node.else !== undefined }));
}

/** `complete`: one of the branches surely runs. */
function walkBranches(bodies: CompoundList[], scene: Scene, { complete }: { complete: boolean }): string[] {
  const branches = bodies.map((body) => { const branch = forkScene(scene); return { branch, printed: walkNode(body, branch) }; });
  const going = branches.filter(({ branch }) => !branch.exited);
  const [first] = going;
  if (complete && first) { scene.vars = new Map(first.branch.vars); scene.cwd = first.branch.cwd; }
  for (const { branch } of going) mergeScene(scene, branch);
  if (complete && going.length === 0) scene.exited = true;
  return branches.reduce<string[]>((all, { printed }) => union(all, printed), complete ? [] : ['']);
}

function walkFor(node: Pick<For, 'name' | 'wordlist' | 'body'>, scene: Scene): string[] {
  const name = node.name.value;
  const items = node.wordlist ? node.wordlist.flatMap((word) => manyFields(word, scene)) : (scene.positional ?? [marks.variable]);
  const distinct = [...new Set(items)];
  if (distinct.length === 0) return [''];
  if (distinct.length > limits.alternatives * 3) { scene.vars.set(name, [marks.output]); return walkLoop(node.body, scene); }
  let printed = [''];
  for (const item of distinct) {
    scene.vars.set(name, [item]);
    printed = joined(printed, walkNode(node.body, scene));
    if (isUnknown(item)) printed = joined(printed, walkNode(node.body, scene));
  }
  return printed;
}

const manyFields = (word: Word, scene: Scene) => expandWord(word, scene, walker).flat();

function walkWhile(node: While, scene: Scene): string[] {
  walkNode(node.clause, scene);
  if (endless(node) && spawnsWithoutWaiting(node.body)) report(scene, endlessJobs);
  return walkLoop(node.body, scene, node.clause);
}

const endlessJobs = deny('fork-bomb', 'An endless loop starts background jobs and never waits for them.');

function endless({ kind, clause }: While): boolean {
  const [only] = clause.commands;
  const name = only?.command.type === 'Command' ? only.command.name?.value : undefined;
  return clause.commands.length === 1 && name !== undefined && (kind === 'while' ? ['true', ':', '/bin/true'] : ['false']).includes(name);
}

function spawnsWithoutWaiting(body: CompoundList): boolean {
  const names = body.commands.filter((statement) => !statement.background).map((statement) => (statement.command.type === 'Command' ? statement.command.name?.value : undefined));
  return body.commands.some((statement) => statement.background) && !names.some((name) => name === 'sleep' || name === 'wait' || name === 'break' || name === 'read');
}

/** A shell without arithmetic commands reads `((` as two subshells, and runs what is in them. */
function asSubshells(body: string, scene: Scene): void {
  if (!/^\s*[A-Za-z\\/.'"][^=]*\s/.test(body)) return;
  spend(scene, body.length / 32);
  const script = mayGoOn(scene) ? parse(body) : undefined;
  if (!script || script.errors?.length) return;
  scene.shared.nested += 1;
  walkList(script.commands, forkScene(scene));
  scene.shared.nested -= 1;
}

/** Twice: what the first round sets may matter in the second. */
function walkLoop(body: CompoundList, scene: Scene, clause?: CompoundList): string[] {
  const before = forkScene(scene);
  const first = walkNode(body, scene);
  mergeScene(scene, before);
  if (clause) walkNode(clause, scene);
  const second = walkNode(body, scene);
  const all = union(first, second);
  scene.exited = false;
  return all.length === 1 && all[0] === '' ? all : [all.some((text) => text.includes(marks.network)) ? marks.network : marks.output];
}

function walkCase(node: Case, scene: Scene): string[] {
  expandText(node.word, scene, walker);
  for (const item of node.items) for (const pattern of item.pattern) expandText(pattern, scene, walker);
  return walkBranches(node.items.map((item) => item.body), scene, { complete: node.items.some((item) => item.pattern.some((pattern) => pattern.text === '*')) });
}

function walkRedirected({ command, redirects }: Redirected, scene: Scene): string[] {
  const inner = { ...scene };
  const finish = applyRedirects(redirects, inner);
  const printed = walkNode(command, inner);
  Object.assign(scene, { ...inner, stdin: scene.stdin });
  return finish(printed);
}

function define(name: string, body: CompoundCommand | Redirected | CompoundList, scene: Scene): string[] {
  if (isForkBomb(name, body)) report(scene, deny('fork-bomb', `${name} starts itself again and again.`));
  scene.functions.set(name, body);
  return [''];
}

function scanTest(test: TestExpression, scene: Scene): void {
  if (test.type === 'TestUnary') expandText(test.operand, scene, walker);
  if (test.type === 'TestBinary') { expandText(test.left, scene, walker); expandText(test.right, scene, walker); }
  if (test.type === 'TestLogical') for (const operand of test.operands) scanTest(operand, scene);
  if (test.type === 'TestNot') scanTest(test.operand, scene);
  if (test.type === 'TestGroup') scanTest(test.expression, scene);
}
