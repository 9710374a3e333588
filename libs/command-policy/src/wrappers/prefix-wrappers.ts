import { checkAssignment } from '../rules/check-assignment.js';
import { marks } from '../words/marks.js';
import { invoke, type Invocation } from '../walk/invoke.js';
import { approve, deny, forkScene, report, type Scene } from '../walk/scene.js';
import { absolutePath } from '../words/paths.js';
import { changesUser } from './run-as.js';
import { own } from '../own.js';

/** How a program names the command it starts: options with a value, then words of its own, then the command. */
interface Prefix { valued?: string; long?: string[]; skip?: number; assignments?: boolean; numeric?: boolean }

const prefixes: Record<string, Prefix> = {
  sudo: { valued: 'ugphCcrtTUDRa', long: ['user', 'group', 'prompt', 'host', 'close-from', 'chdir', 'chroot', 'role', 'type', 'command-timeout', 'other-user'], assignments: true },
  doas: { valued: 'uCa' }, pkexec: { long: ['user'] }, dzdo: { valued: 'ugph', assignments: true }, calife: {},
  nohup: {}, setsid: {}, command: {}, builtin: {}, exec: { valued: 'a' }, time: { valued: 'fo', long: ['format', 'output'] }, nice: { valued: 'n', long: ['adjustment'], numeric: true }, ionice: { valued: 'cnpPu', long: ['class', 'classdata'] },
  chrt: { valued: 'TPD', skip: 1 }, taskset: { skip: 1 }, stdbuf: { valued: 'ioe', long: ['input', 'output', 'error'] }, timeout: { valued: 'ks', long: ['kill-after', 'signal'], skip: 1 },
  numactl: { valued: 'CNmip' }, cgexec: { valued: 'g' }, setpriv: { long: ['reuid', 'regid', 'groups', 'inh-caps', 'ambient-caps', 'bounding-set', 'securebits', 'pdeathsig', 'selinux-label'] }, catchsegv: {}, unbuffer: {}, rlwrap: {}, chpst: { valued: 'uUebmdopnsfcrt0' }, setuidgid: { skip: 1 }, gosu: { skip: 1 }, 'su-exec': { skip: 1 },
  'systemd-run': { valued: 'pMHuE', long: ['property', 'unit', 'setenv', 'description', 'slice', 'uid', 'gid', 'nice', 'working-directory', 'on-active', 'on-boot', 'on-calendar', 'machine', 'service-type', 'timer-property'] },
  'systemd-inhibit': { long: ['what', 'who', 'why', 'mode'] }, 'systemd-cat': { valued: 'tp', long: ['identifier', 'priority'] }, strace: { valued: 'eoopPsSEuabIX' }, ltrace: { valued: 'eonpsuaFlDx' }, fakeroot: { valued: 'lsib' }, faketime: { skip: 1 }, eatmydata: {}, torsocks: {}, proxychains: { valued: 'f' }, proxychains4: { valued: 'f' }, linux32: {}, linux64: {}, setarch: { skip: 1 }, x86_64: {}, i386: {},
  unshare: { valued: 'RwSG', long: ['root', 'wd', 'setuid', 'setgid', 'propagation', 'kill-child'] }, runcon: { valued: 'turlc' }, busybox: {}, toybox: {}, 'dbus-run-session': {}, 'dbus-launch': {}, firejail: {}, bwrap: { long: ['chdir'] }, prlimit: { valued: 'p' }, ulimit: { skip: 99 }, 'ssh-agent': { valued: 'at' }, 'xvfb-run': { valued: 'neswfp' }, caffeinate: { valued: 'tw' }, coproc: {}, noglob: {}, nocorrect: {}, retry: { valued: 'tdsm' }, sem: { valued: 'j' }, chronic: {}, ts: { skip: 99 }, errno: { skip: 99 }, 'with-contenv': {}, 's6-setuidgid': { skip: 1 }, tini: { valued: 'pe' }, 'dumb-init': { valued: 'r' }, hyperfine: { skip: 99 }, perf: { skip: 1, valued: 'oe' }, valgrind: {}, cpulimit: { valued: 'lpe' }, softlimit: { valued: 'adfclmnoprst' }, script: { skip: 99 }, logsave: { skip: 1 }, 'flatpak-spawn': {}, lxcfs: { skip: 99 }, choom: { valued: 'np' }, uclampset: { valued: 'mMp' }, coresched: { skip: 1 }, setcap: { skip: 99 }, fork: {}, 'sg-exec': { skip: 1 }, pipexec: { skip: 99 }, 'daemon': { valued: 'nuUvlFoOE' }, daemonize: { valued: 'acelopuE' }, dtach: { valued: 'nNcaAeEr' }, tsp: { valued: 'NDLO' }, nq: {}, 'ld.so': {},
};

/** `sudo -u app -- systemctl …`: the command inside is judged like any other. */
export function unwrapPrefix(call: Invocation): string[] {
  const { name, args, scene } = call;
  const shape = own(prefixes, name) ?? {};
  if ((name === 'command' && /^-[vV]/.test(args[0] ?? '')) || /^(?:--version|--help|-V)$/.test(args[0] ?? '')) return [marks.name];
  if (name === 'sudo' && args.some((arg) => /^-\w*e$|^--edit$/.test(arg))) report(scene, deny('accounts', 'An editor with the rights of root cannot be followed.'));
  const rest = afterOptions(args, shape);
  const words = skipAssignments(rest.slice(shape.skip ?? 0), call, shape.assignments === true);
  if (words.length === 0) return shellFor(call);
  changesUser(call);
  if (name === 'exec') return invoke(words, scene);
  const inner = /^(?:sudo|unshare|systemd-run)$/.test(name) ? inFolder(call, args.slice(0, args.length - words.length)) : forkScene(scene);
  if (name !== 'time' && name !== 'coproc') inner.functions.delete(words[0] ?? '');
  const printed = invoke(words, inner);
  for (const [path, texts] of inner.files) scene.files.set(path, texts);
  for (const [link, target] of inner.links) scene.links.set(link, target);
  return printed;
}

/** `sudo -i`, `sudo -s` and the like read commands from the input. */
function shellFor({ name, args, scene }: Invocation): string[] {
  if (/^(?:sudo|doas|unshare|pkexec|busybox)$/.test(name) && args.some((arg) => /^-[ise]/.test(arg)) && !args.some((arg) => /^-[lkKvV]/.test(arg))) return invoke(['sh'], scene);
  return [''];
}

function afterOptions(args: string[], { valued = '', long = [], numeric }: Prefix): string[] {
  let i = 0;
  while (i < args.length) {
    const arg = args[i] ?? '';
    if (arg === '--') return args.slice(i + 1);
    if (!arg.startsWith('-') || arg === '-') break;
    if (arg.startsWith('--')) i += !arg.includes('=') && long.includes(arg.slice(2)) ? 2 : 1;
    else i += takesNext(arg, valued, numeric === true) ? 2 : 1;
  }
  return args.slice(i);
}

function takesNext(arg: string, valued: string, numeric: boolean): boolean {
  if (numeric && /^-\d+$/.test(arg)) return false;
  const at = [...arg.slice(1)].findIndex((letter) => valued.includes(letter));
  return at >= 0 && at === arg.length - 2;
}

function skipAssignments(words: string[], { scene }: Invocation, allowed: boolean): string[] {
  if (!allowed) return words;
  let i = 0;
  for (; i < words.length; i += 1) {
    const found = /^([A-Za-z_][^=/\s]*)=([^]*)$/.exec(words[i] ?? '');
    if (!found) break;
    const finding = checkAssignment({ name: found[1] ?? '', value: found[2] ?? '', append: false });
    if (finding) report(scene, finding);
  }
  return words.slice(i);
}

/** `env -i A=b command`, `env -S 'text'`. */
export function unwrapEnv(call: Invocation): string[] {
  const { args } = call;
  const split = args.findIndex((arg) => /^-[a-zA-Z]*S|^--split-string/.test(arg));
  if (split >= 0) return unwrapEnv({ ...call, args: [...args.slice(0, split), ...splitString(args, split)] });
  const words = skipAssignments(afterOptions(args.filter((arg, index) => arg !== '-' || index > 1), { valued: 'uCP', long: ['unset', 'chdir', 'argv0'] }), call, true);
  return words.length === 0 ? [marks.output] : invoke(words[0] === '--' ? words.slice(1) : words, inFolder(call, args.slice(0, args.length - words.length)));
}

const folderOption = /^(?:-C|-D|--chdir|--working-directory|--wd)(?:=([^]*))?$/;

/** With the folder that `env -C`, `sudo -D` or `systemd-run --working-directory` changes to. */
function inFolder({ scene, cwd }: Invocation, options: string[]): Scene {
  const inner = forkScene(scene);
  const at = options.findIndex((arg) => folderOption.test(arg));
  if (at >= 0) inner.cwd = [absolutePath(folderOption.exec(options[at] ?? '')?.[1] ?? options[at + 1] ?? '.', cwd)];
  return inner;
}

function splitString(args: string[], at: number): string[] {
  const arg = args[at] ?? '';
  const own = arg.startsWith('--') ? (arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : '') : arg.replace(/^-[a-zA-Z]*?S/, '');
  const text = own === '' ? (args[at + 1] ?? '') : own;
  const rest = args.slice(own === '' ? at + 2 : at + 1);
  return [...quotedWords(text), ...rest];
}

/** Words as `env -S` cuts them: quotes and backslashes as in a shell, nothing else. */
function quotedWords(text: string): string[] {
  const words = text.replace(/\\_/g, ' ').replace(/\\c[^]*$/, '').match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g, (_whole, single: string | undefined, double: string | undefined, one: string | undefined) => single ?? double?.replace(/\\(.)/g, '$1') ?? one ?? ''));
}

/** Programs that change the root or the namespace: what runs there may be the host. */
export function unwrapRoot(call: Invocation): string[] {
  const { name, args, scene } = call;
  if (/^(?:--version|--help|-V|-h)$/.test(args[0] ?? '')) return [''];
  const rest = afterOptions(args, { valued: name === 'nsenter' ? 'tSG' : '', long: ['target', 'setuid', 'setgid', 'userspec', 'groups'] });
  if (name === 'nsenter' && args.some((arg, index) => /^(?:-t1|--target=1|-at1)$/.test(arg) || (/^(?:-\w*t|--target)$/.test(arg) && args[index + 1] === '1'))) report(scene, deny('container-escape', 'nsenter enters the host itself.'));
  else if (name === 'chroot' && /^\/(?:$|proc\/(?:1|self)\/root)/.test(absolutePath(rest[0] ?? '', call.cwd))) report(scene, deny('container-escape', 'This enters the host itself.'));
  else report(scene, approve('root-change', `${name} runs a command in another root.`));
  const words = name === 'chroot' ? rest.slice(1) : rest;
  return invoke(words.length === 0 ? ['sh'] : words, { ...forkScene(scene), cwd: ['/'] });
}

export const prefixNames = Object.keys(prefixes).filter((name) => !['busybox', 'script'].includes(name));

export function unwrapBusybox(call: Invocation): string[] {
  const [first = ''] = call.args;
  return first === '' || first.startsWith('-') ? [''] : invoke(call.args, call.scene);
}
