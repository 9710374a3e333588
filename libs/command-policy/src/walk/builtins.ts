import { checkAssignment } from '../rules/check-assignment.js';
import { homeOf } from '../words/home-of.js';
import { hasHole, marks, shown } from '../words/marks.js';
import { throughLinks } from '../words/links.js';
import { absolutePath } from '../words/paths.js';
import { printfText } from '../words/printf-text.js';
import type { Invocation } from './invoke.js';
import { runText } from './run-text.js';
import { approve, deny, limits, report } from './scene.js';

type Builtin = (call: Invocation) => string[];

const silent = [''];

export const builtins = new Map<string, Builtin>([
  ['cd', changeFolder], ['pushd', changeFolder], ['chdir', changeFolder],
  ['popd', ({ scene }) => { scene.cwd = [marks.output]; return silent; }],
  ['export', declare], ['declare', declare], ['typeset', declare], ['local', declare], ['readonly', declare],
  ['unset', unset],
  ['read', read],
  ['mapfile', mapFile], ['readarray', mapFile],
  ['eval', ({ args, scene }) => runText([args.join(' ')], scene, { rule: 'eval-dynamic', detail: 'eval runs this text.' })],
  ['.', source], ['source', source],
  ['set', set],
  ['shift', ({ args, scene }) => { if (scene.positional) scene.positional = scene.positional.slice(Number(args[0] ?? 1)); return silent; }],
  ['trap', trap],
  ['alias', alias],
  ['hash', ({ args, scene }) => { if (args.includes('-p')) report(scene, deny('env-hijack', 'hash -p makes a name run another program.')); return silent; }],
  ['enable', ({ args, scene }) => { if (args.some((arg) => /^-\w*f/.test(arg))) report(scene, deny('env-hijack', 'enable -f loads code into the shell.')); return silent; }],
  ['bind', ({ args, scene }) => { if (args.includes('-x')) report(scene, deny('env-hijack', 'bind -x runs commands by keys.')); return silent; }],
  ['complete', ({ args, scene }) => { if (args.includes('-C')) report(scene, deny('env-hijack', 'complete -C runs a command.')); return silent; }],
  ['exit', ({ scene }) => { scene.exited = true; return silent; }], ['return', ({ scene }) => { scene.exited = true; return silent; }],
  ['printf', printf],
]);

function changeFolder({ args, scene, cwd }: Invocation): string[] {
  const target = args.filter((arg) => !/^-[LPe@]+$/.test(arg) && arg !== '--')[0];
  const next = target === undefined ? (scene.vars.get('HOME')?.[0] ?? homeOf(scene.shared.runAs)) : target === '-' ? (scene.vars.get('OLDPWD')?.[0] ?? marks.output) : throughLinks(absolutePath(target, cwd), { cwd, links: scene.links, last: true });
  scene.vars.set('OLDPWD', [cwd]);
  scene.cwd = [next];
  return silent;
}

function declare({ name, args, scene }: Invocation): string[] {
  for (const arg of args) {
    const found = /^([A-Za-z_]\w*)(\+?)=([^]*)$/.exec(arg);
    if (!found) continue;
    const [, variable = '', plus, value = ''] = found;
    const finding = checkAssignment({ name: variable, value, append: plus === '+' }, name);
    if (finding) report(scene, finding);
    scene.vars.set(variable, plus ? (scene.vars.get(variable) ?? ['']).map((before) => before + value) : [value]);
  }
  if (args.some((arg) => /^-\w*n/.test(arg)) && name !== 'export') report(scene, deny('dynamic-command', 'A name that stands for another variable cannot be followed.'));
  return silent;
}

function unset({ args, scene }: Invocation): string[] {
  for (const name of args) {
    if (/^HIST/.test(name)) report(scene, deny('history-tamper', `Without ${name} nothing is recorded.`));
    if (name.startsWith('-')) continue;
    scene.functions.delete(name);
    scene.vars.set(name, ['']);
  }
  return silent;
}

/** Variables get the lines of the input, or what is not known of them. */
function read({ args, scene }: Invocation): string[] {
  const valued = new Set(['-d', '-n', '-N', '-p', '-t', '-u', '-i']);
  const names = args.filter((arg, index) => !arg.startsWith('-') && !valued.has(args[index - 1] ?? ''));
  const lines = [...new Set(scene.stdin.flatMap((text) => text.split('\n')).filter((line) => line !== ''))].slice(0, limits.alternatives * 2);
  const list = args.findIndex((arg) => /^-\w*a$/.test(arg));
  const usable = lines.length === 0 || lines.length > limits.alternatives ? [scene.stdin.some((text) => text.includes(marks.network)) ? marks.network : marks.output] : lines;
  const targets = names.length > 0 ? names : ['REPLY'];
  const between = scene.vars.get('IFS')?.[0];
  if (list >= 0) { scene.vars.set(args[list + 1] ?? 'REPLY', usable.map((line) => (between ? spaced(line, between) : line).trim().split(/[ \t]+/).join(marks.element))); return silent; }
  targets.forEach((name, index) => { scene.vars.set(name, usable.map((line) => column(between ? spaced(line, between) : line, index, targets.length))); });
  return silent;
}

/** With the characters of IFS as spaces. */
const spaced = (line: string, between: string) => (/\S/.test(between) ? [...line].map((character) => (between.includes(character) ? ' ' : character)).join('') : line);

function column(line: string, index: number, count: number): string {
  const trimmed = line.trim();
  if (count === 1) return trimmed;
  const words = trimmed.split(/[ \t]+/);
  if (hasHole(line)) return index < count - 1 ? (words[index] ?? marks.output) : words.slice(index).join(' ') || marks.output;
  return index < count - 1 ? (words[index] ?? '') : words.slice(index).join(' ');
}

function mapFile({ args, scene }: Invocation): string[] {
  if (args.some((arg) => arg.startsWith('-C'))) report(scene, deny('eval-dynamic', 'mapfile -C runs a command for every line.'));
  const name = args.filter((arg) => !arg.startsWith('-')).at(-1) ?? 'MAPFILE';
  scene.vars.set(name, scene.stdin.map((text) => text.replace(/\n$/, '').replaceAll('\n', marks.element)));
  return silent;
}

function source({ args, scene, cwd }: Invocation): string[] {
  const [path, ...rest] = args[0] === '--' ? args.slice(1) : args;
  if (path === undefined) return silent;
  scene.sourced = true;
  const full = absolutePath(path, cwd);
  const known = full === '/dev/stdin' || full === '/dev/fd/0' || full === '/proc/self/fd/0' ? scene.stdin : scene.files.get(full);
  if (known) return runText(known, rest.length > 0 ? { ...scene, positional: rest } : scene, { rule: 'source-untrusted', detail: 'The shell reads commands from here.', strict: true });
  if (hasHole(path) && /^[\uE001\uE002]/.test(path)) report(scene, deny('source-untrusted', `Which file the shell reads is not known: ${shown(path)}`));
  else if (hasHole(path) && /^\uE000$|^\/(?:tmp|var\/tmp|dev\/shm)\//.test(path)) report(scene, approve('source-untrusted', `Which file the shell reads is not known: ${shown(path)}`));
  if (/^\/dev\/(?:tcp|udp)\//.test(full)) report(scene, deny('source-untrusted', 'The shell would read commands from the network.'));
  return [marks.output];
}

function set({ args, scene }: Invocation): string[] {
  if (args[0] === '+o' && args[1] === 'history') report(scene, deny('history-tamper', 'Without history nothing is recorded.'));
  const from = args.indexOf('--');
  const first = args.findIndex((arg) => !/^[-+]/.test(arg));
  if (from >= 0) scene.positional = args.slice(from + 1);
  else if (first >= 0 && !/^[-+]\w*o$/.test(args[first - 1] ?? '')) scene.positional = args.slice(first);
  return silent;
}

function trap({ args, scene }: Invocation): string[] {
  const [code, ...signals] = args.filter((arg) => arg !== '--');
  if (code !== undefined && signals.length > 0 && code !== '-' && !/^-[lp]$/.test(code)) scene.shared.traps.push(code);
  return silent;
}

/** Judged at once: nobody can say later which name was used how. */
function alias({ args, scene }: Invocation): string[] {
  for (const arg of args) {
    const code = /^[^=]+=([^]*)$/.exec(arg)?.[1];
    if (code) runText([code], scene, { rule: 'alias', detail: 'An alias stands for this text.' });
    if (code) scene.aliases.set(arg.slice(0, arg.indexOf('=')), code);
  }
  return silent;
}

function printf(call: Invocation): string[] {
  const { args, scene } = call;
  const texts = printedTexts(args[0] === '-v' ? args.slice(2) : args);
  if (args[0] !== '-v') return texts;
  scene.vars.set(args[1] ?? '', texts);
  return silent;
}


const printedTexts = (args: string[]) => [printfText(args[0] === '--' ? args.slice(1) : args)];

