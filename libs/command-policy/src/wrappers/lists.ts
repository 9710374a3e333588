import { asCode, hasHole, marks } from '../words/marks.js';
import { invoke, type Invocation } from '../walk/invoke.js';
import { runText } from '../walk/run-text.js';
import { checkWrite } from '../rules/check-write.js';
import { reachOf } from '../words/protected-trees.js';
import { approve, deny, forkScene, limits, report, type Scene } from '../walk/scene.js';

const xargsValued = /^-(?:[IiEeLlnPsad]|-(?:arg-file|delimiter|max-args|max-lines|max-procs|max-chars|replace|process-slot-var))$/;

/** The command of xargs with the words that come in. */
export function runXargs({ args, scene }: Invocation): string[] {
  let i = 0;
  let replace: string | undefined;
  let fromFile = false;
  let whole = false;
  for (; i < args.length && (args[i] ?? '').startsWith('-'); i += 1) {
    const arg = args[i] ?? '';
    if (arg === '--') { i += 1; break; }
    if (/^-a|^--arg-file/.test(arg)) fromFile = true;
    if (/^-\w*0|^--null|^-d|^--delim/.test(arg)) whole = true;
    if (arg === '-I' || arg === '-J') replace = args[i + 1] ?? '{}';
    else if (/^-I./.test(arg)) replace = arg.slice(2);
    else if (arg === '-i' || arg.startsWith('--replace')) replace = /^--replace=(.+)/.exec(arg)?.[1] ?? '{}';
    if (xargsValued.test(arg) && arg !== '-i' && arg !== '-e' && arg !== '-l') i += 1;
  }
  const command = args.slice(i);
  const texts = fromFile ? [marks.output] : scene.stdin;
  return called(command.length > 0 ? command : ['echo'], { texts, replace, whole, scene });
}

function called(command: string[], { texts, replace, whole, scene }: { texts: string[]; replace: string | undefined; whole: boolean; scene: Scene }): string[] {
  const printed = texts.flatMap((text) => {
    const lines = text.split(/[\n\0]/).filter((line) => line.trim() !== '');
    if (replace === undefined) return oneCall(command, whole ? lines : lines.flatMap((line) => words(line)), scene);
    const distinct = [...new Set(lines)].slice(0, limits.alternatives * 2);
    const used = lines.length > limits.alternatives * 2 ? [...distinct, marks.output] : distinct;
    return used.flatMap((line) => invoke(command.map((word) => word.replaceAll(replace, () => line.trim())), branch(scene)));
  });
  return [...new Set(printed)].slice(0, limits.alternatives);
}

function oneCall(command: string[], items: string[], scene: Scene): string[] {
  if (/^(?:sh|bash|dash|ksh|zsh|busybox|ash)$/.test(command.at(-1) ?? '') && items.some((item) => hasHole(item))) report(scene, deny('pipe-to-shell', 'A shell gets what it runs from the input.'));
  return invoke([...command, ...items], branch(scene));
}

const branch = (scene: Scene): Scene => ({ ...forkScene(scene), stdin: [''], spawning: true });
const words = (line: string) => line.replace(/\\(.)/g, '$1').replace(/["']/g, '').split(/[ \t]+/).filter(Boolean);

/** `parallel command ::: items`. */
export function runParallel({ args, scene }: Invocation): string[] {
  const cut = args.findIndex((arg) => /^:::/.test(arg));
  const before = cut < 0 ? args : args.slice(0, cut);
  const items = cut < 0 ? scene.stdin.flatMap((text) => text.split('\n')).filter(Boolean) : args.slice(cut + 1);
  let start = 0;
  while (start < before.length && (before[start] ?? '').startsWith('-')) start += /^-[jNnPLSaI]$|^--(?:jobs|arg-file|colsep|delay|timeout|retries|joblog|workdir)$/.test(before[start] ?? '') ? 2 : 1;
  const command = before.slice(start);
  const line = command.join(' ');
  const used = items.length > 0 ? items.slice(0, limits.alternatives) : [marks.output];
  return used.flatMap((item) => runText([line.includes('{') ? line.replace(/\{[./]*\}/g, () => item) : `${line} ${item}`.trim()], branch(scene), { rule: 'shell-c-dynamic', detail: 'parallel runs this text.' }));
}

/** `fd pattern root -x command`. */
export function runFd({ args, scene, cwd }: Invocation): string[] {
  const at = args.findIndex((arg) => /^(?:-[xX]|--exec(?:-batch)?)$/.test(arg));
  const [, ...roots] = args.slice(0, at < 0 ? args.length : at).filter((arg) => !arg.startsWith('-'));
  const tests = roots.length > 0 ? roots : ['.'];
  return runFind({ name: 'find', args: [...tests, ...(at < 0 ? [] : ['-exec', ...args.slice(at + 1).filter((arg) => arg !== ';'), ...(args.includes('{}') ? [] : ['{}']), ';'])], scene, cwd });
}

const isAction = /^-(?:exec|execdir|ok|okdir)$/;

/** Everything find starts and everything it removes. */
export function runFind({ args, scene, cwd }: Invocation): string[] {
  const roots = rootsOf(args);
  const filtered = args.some((arg, index) => /^-i?(?:name|path|regex|wholename)$/.test(arg) && /[A-Za-z0-9]/.test(args[index + 1] ?? '') );
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '-delete') for (const root of roots) removes(root, { scene, cwd, filtered, named: namesItsOwn(args) });
    if (/^-(?:fprint0?|fprintf|fls)$/.test(arg)) writes(args[i + 1] ?? '', scene, cwd);
    if (isAction.test(arg)) {
      const end = args.findIndex((word, index) => index > i && (word === ';' || (word === '+' && args[index - 1] === '{}')));
      starts(args.slice(i + 1, end < 0 ? args.length : end), { roots, scene, filtered, args, inFolder: arg.endsWith('dir') });
      i = end < 0 ? args.length : end;
    }
  }
  return [roots.flatMap((root) => foundUnder(root, args, filtered)).map((line) => `${line}\n`).join('')];
}

/** The paths find may name: by its `-name`, or everything. */
function foundUnder(root: string, args: string[], filtered: boolean): string[] {
  const name = args[args.findIndex((arg) => /^-i?name$/.test(arg)) + 1];
  const negated = args.some((arg) => /^(?:!|-not|-o|-or)$/.test(arg));
  if (filtered && name !== undefined && !negated && args.some((arg) => /^-i?name$/.test(arg))) {
    const pattern = name.replaceAll('*', marks.star).replaceAll('?', marks.one).replace(/\[[^\]]*\]/g, marks.one);
    return [`${root}/${pattern}`, `${root}/${marks.star}/${pattern}`];
  }
  return filtered || args.includes('-mindepth') ? [`${root}/${marks.star}`] : [root, `${root}/${marks.star}`];
}

function rootsOf(args: string[]): string[] {
  const roots: string[] = [];
  for (const arg of args) {
    if (/^-(?:[HLP]|O\d?|D\w*)$/.test(arg)) continue;
    if (/^[-(!,)]/.test(arg)) break;
    roots.push(arg);
  }
  return roots.length > 0 ? roots : ['.'];
}

function removes(root: string, { scene, cwd, filtered, named }: { scene: Scene; cwd: string; filtered: boolean; named: boolean }): void {
  const reach = reachOf(root, cwd);
  if (reach.kind === 'own' || (reach.kind === 'system' && reach.what === 'the home folder' && filtered)) return;
  if (named && (reach.kind === 'top' || (reach.kind === 'system' && ownedByMany.test(reach.what)))) return;
  const narrow = filtered && reach.kind === 'system' && /^\/(?:opt|srv|var\/log|var\/www|tmp|var\/tmp|var\/cache|data|home\/[^/]+|usr\/local)$/.test(reach.what);
  if (narrow || reach.kind === 'top') report(scene, approve('find-delete', `find removes files under ${asCode(root)}.`, 'Name the folder of the application.'));
  else report(scene, reach.kind === 'unknown' ? deny('find-delete', 'Where find removes files is not known.', 'Write the folder out, or guard the variable: "${DIR:?}"') : deny('find-delete', `find would remove files of the system: ${reach.what}`));
}

function writes(path: string, scene: Scene, cwd: string): void {
  const finding = checkWrite(path, { cwd, how: 'copy' });
  if (finding) report(scene, finding);
}

/** The command find starts, with its root and what is in it in the place of `{}`. */
function starts(command: string[], { roots, scene, filtered, args, inFolder }: { roots: string[]; scene: Scene; filtered: boolean; args: string[]; inFolder: boolean }): void {
  const removing = /(?:^|\/)(?:rm|unlink|shred)$/.test(command.find((word) => !/^(?:sudo|env|command|nice)$/.test(word)) ?? '');
  if (removing && !command.some((word) => word.includes('{}'))) { for (const root of inFolder ? roots : ['.']) invoke(command, { ...branch(scene), ...(inFolder ? { cwd: [root] } : {}) }); return; }
  if (removing) { for (const root of roots) sweeps(command, root, { scene, filtered, named: namesItsOwn(args) }); return; }
  for (const root of roots) {
    for (const path of foundUnder(root, args, filtered)) invoke(command.map((word) => word.replaceAll('{}', () => path)), { ...branch(scene), ...(inFolder ? { cwd: [root] } : {}) });
  }
}

/** Folders where applications put files beside those of others. */
const ownedByMany = /^\/(?:tmp|var\/tmp|var\/cache|opt|srv|home\/[^/]+)$/;

/** `-name 'shop-*'`: files that begin with a name, not all of a kind. */
const namesItsOwn = (args: string[]) => args.some((arg, index) => /^-i?name$/.test(arg) && /^[\w.-]{3,}/.test(args[index + 1] ?? '')) && !args.some((arg) => /^(?:!|-not|-o|-or)$/.test(arg));

function sweeps(command: string[], root: string, { scene, filtered, named }: { scene: Scene; filtered: boolean; named: boolean }): void {
  const inner = branch(scene);
  for (const cwd of scene.cwd) {
    const reach = reachOf(root, cwd);
    if (reach.kind === 'own' || (filtered && reach.kind === 'system' && reach.what === 'the home folder')) continue;
    if (named && (reach.kind === 'top' || (reach.kind === 'system' && ownedByMany.test(reach.what)))) continue;
    if (filtered && (reach.kind === 'top' || (reach.kind === 'system' && /^\/(?:opt|srv|tmp|var\/log|var\/www|var\/tmp|var\/cache|data|home\/[^/]+)$/.test(reach.what)))) { report(scene, approve('rm-system', `find removes files under ${asCode(root)}.`)); continue; }
    report(scene, deny(reach.kind === 'unknown' ? 'rm-unresolved' : 'rm-system', `find removes files under ${asCode(root)}.`, 'Name the folder of the application.'));
  }
  for (const word of command) if (word === '--no-preserve-root') invoke(['rm', word], inner);
}
