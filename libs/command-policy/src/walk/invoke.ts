import { commandRules, everyCommandRules } from '../rules/all-rules.js';
import { printedBy } from '../words/printed-by.js';
import { hasGlob, hasHole, isFromNetwork, marks, shown } from '../words/marks.js';
import { throughLinks } from '../words/links.js';
import { absolutePath } from '../words/paths.js';
import { wrappers } from '../wrappers/all-wrappers.js';
import { builtins } from './builtins.js';
import { effectsOnFiles } from './effects-on-files.js';
import { runText } from './run-text.js';
import { approve, deny, forkScene, limits, mayGoOn, report, type Scene, spend } from './scene.js';
import { walkNode } from './walk.js';
import { own } from '../own.js';

/** A command with its words resolved. */
export interface Invocation { name: string; args: string[]; scene: Scene; cwd: string }

/** Judges one call and follows what it starts. Answers what it may print. */
export function invoke(argv: readonly string[], scene: Scene): string[] {
  spend(scene, argv.length / 4);
  if (!mayGoOn(scene)) return [marks.output];
  scene.depth += 1;
  const printed = judged(argv, scene);
  scene.depth -= 1;
  return printed;
}

function judged(argv: readonly string[], scene: Scene): string[] {
  const words = [...argv];
  while (words.length > 0 && words[0] === '') words.shift();
  const [called = '', ...args] = words;
  if (called === '') return [''];
  const stands = aliased(called, args, scene);
  if (stands) return invoke(stands, withoutAlias(scene, called));
  const body = scene.functions.get(called);
  if (body) return callFunction({ name: called, args, scene, cwd: scene.cwd[0] ?? '/' });
  const finding = dubiousName(called);
  if (finding) { report(scene, finding); if (finding.verdict === 'deny') return [marks.output]; }
  for (const cwd of scene.shared.templates ? scene.cwd : []) { const said = scene.shared.templates?.command([called, ...args], cwd); if (said) report(scene, said); }
  const script = /^\/etc\/(?:rc\.d\/)?(?:init|rc\d)\.d\/(?:[SK]\d\d)?([\w.@-]+)$/.exec(called)?.[1];
  const cwd = scene.cwd[0] ?? '/';
  const local = called.includes('/') && !/^(?:\/usr)?(?:\/local)?\/s?bin\/|^\/lib/.test(called) && /^(?:batch|at|watch|script|format|shutdown|host|route|service|mail|view|fetch|install|patch|link|retry|daemon|rename|start|http|pkg|time|screen|ts|es|rc|nu)$/.test(programOf(called));
  if (local) return named({ name: called, args, scene, cwd }, called);
  return script ? named({ name: 'service', args: [script, ...args], scene, cwd }, called) : named({ name: programOf(called), args, scene, cwd }, called);
}

/** An alias of plain words takes the words that follow; every other alias was judged where it was made. */
function aliased(called: string, args: string[], { aliases }: Scene): string[] | undefined {
  const text = aliases.get(called);
  return text !== undefined && /^[\w\s./=:~-]+$/.test(text) ? [...text.trim().split(/\s+/), ...args] : undefined;
}

function withoutAlias(scene: Scene, name: string): Scene {
  const inner = forkScene(scene);
  inner.aliases.delete(name);
  return inner;
}

const leavesLinks = /^(?:rm|unlink|mv|ln|readlink|ls|stat|srm)$/;

/** The words with the links of this command followed, as the program would. */
function followed(call: Invocation): Invocation {
  const { scene: { links }, cwd, name } = call;
  if (links.size === 0) return call;
  const follow = (path: string) => throughLinks(path, { cwd, links, last: !leavesLinks.test(name) });
  return { ...call, args: call.args.map((arg) => { const [before = ''] = /^(?:of=|if=|--[\w-]+=)/.exec(arg) ?? []; return before === '' && arg.startsWith('-') ? arg : before + follow(arg.slice(before.length)); }) };
}

function named(written: Invocation, called: string): string[] {
  const { name, scene } = written;
  const call = commandRules.has(name) || name === 'find' ? followed(written) : written;
  for (const rule of everyCommandRules) { const finding = rule(call); if (finding) report(scene, finding); }
  for (const rule of commandRules.get(name) ?? []) { const finding = rule(call); if (finding) report(scene, finding); }
  if (scene.shared.halted) return [marks.output];
  const wrapper = wrappers.get(name) ?? builtins.get(name);
  if (wrapper) return wrapper(call);
  const own = called.includes('/') ? scene.files.get(absolutePath(called, call.cwd)) : undefined;
  if (own) return runText(own, { ...scene, positional: call.args }, { rule: 'write-then-run', detail: `${shown(called)} was written by this command.`, strict: true });
  effectsOnFiles(call);
  return printedBy(call);
}

/** Calling a function that is already running would go round: its body was looked at. */
function callFunction({ name, args, scene }: Invocation): string[] {
  const body = scene.functions.get(name);
  if (!body || scene.calls.length > limits.calls) return [marks.output];
  if (scene.calls.includes(body)) {
    if (scene.spawning) report(scene, deny('fork-bomb', `${shown(name)} starts itself again and again.`));
    return [marks.output];
  }
  const inner = { ...scene, calls: [...scene.calls, body], positional: args, depth: scene.depth + 1 };
  const printed = walkNode(body, inner);
  Object.assign(scene, { vars: inner.vars, cwd: inner.cwd, sourced: inner.sourced });
  return printed;
}

function dubiousName(called: string) {
  if (isFromNetwork(called)) return deny('dynamic-command', 'Which command runs is decided by the network.');
  const base = called.slice(called.lastIndexOf('/') + 1);
  if (hasGlob(called)) return deny('glob-command', `Which command ${shown(called)} is depends on the files of the host.`, 'Write the name of the command.');
  if (hasHole(base) || called.includes(marks.name)) return deny('dynamic-command', `Which command runs is not known: ${shown(called)}`, 'Write the name of the command.');
  return called.includes(marks.output) ? approve('dynamic-command', `Where the command lies is not known: ${shown(called)}`) : undefined;
}

function programOf(called: string): string {
  const base = called.slice(called.lastIndexOf('/') + 1);
  return own(aliasesOfPrograms, base) ?? base;
}

const aliasesOfPrograms: Record<string, string> = { gawk: 'awk', mawk: 'awk', nawk: 'awk', original_awk: 'awk', gsed: 'sed', gtar: 'tar', bsdtar: 'tar', gfind: 'find', grm: 'rm', unlink: 'rm', gchmod: 'chmod', gchown: 'chown', ncat: 'nc', netcat: 'nc', 'nc.openbsd': 'nc', 'nc.traditional': 'nc', podman: 'docker', nerdctl: 'docker', gdd: 'dd', nodejs: 'node', bun: 'node', vim: 'vi', nvim: 'vi', view: 'vi', ex: 'vi', rvim: 'vi', 'apt-get': 'apt', aptitude: 'apt', microdnf: 'dnf', yum: 'dnf', 'docker-compose': 'docker', gtimeout: 'timeout', gxargs: 'xargs', genv: 'env' };
