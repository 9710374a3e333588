import type { Invocation } from '../walk/invoke.js';
import { limits, union } from '../walk/scene.js';
import { filters } from './filters.js';
import { hasHole, isUnknown, marks } from './marks.js';
import { absolutePath } from './paths.js';
import { everyProcess, meetsTooMany, processesThrough } from './processes.js';
import { unescape } from './printf-text.js';
import { own } from '../own.js';

type Printer = (call: Invocation) => string[];

/** Programs whose output is one plain word: numbers, dates, names. */
const plainWords = new Set(['date', 'hostname', 'whoami', 'nproc', 'uname', 'id', 'arch', 'tty', 'wc', 'logname', 'getconf', 'pgrep', 'pidof', 'stat', 'du', 'uuidgen', 'sha256sum', 'md5sum', 'sha1sum', 'cksum', 'bc', 'lsb_release', 'getent', 'jps']);
const network = new Set(['curl', 'wget', 'nc', 'telnet', 'ftp', 'tftp', 'lftp', 'socat', 'fetch', 'aria2c', 'http', 'https', 'lynx', 'w3m', 'links', 'elinks', 'openssl', 'dig', 'nslookup', 'host', 'ssh', 'rsh', 'scp', 'sftp', 'rsync', 'aws', 'gsutil', 'gcloud', 'az', 'redis-cli', 'mysql', 'psql', 'axel', 'xh', 'curlie', 'GET', 'POST', 'lwp-request', 'gh', 'glab', 'kubectl', 'vault', 'consul', 'etcdctl', 'whois', 'finger', 'busctl']);

const printers: Record<string, Printer> = {
  echo: ({ args }) => echo(args),
  pwd: ({ scene }) => scene.cwd.map((cwd) => `${cwd}\n`),
  true: () => [''], ':': () => [''], false: () => [''], test: () => [''], '[': () => [''], sleep: () => [''], wait: () => [''], mkdir: () => [''], kill: () => [''], touch: () => [''], ln: () => [''], chmod: () => [''], chown: () => [''],
  basename: ({ args }) => namesOf(args).map((path) => `${lastOf(path)}\n`).slice(0, 1),
  dirname: ({ args }) => namesOf(args).map((path) => `${folderOf(path)}\n`).slice(0, 1),
  realpath: ({ args, cwd }) => resolved(args, cwd), readlink: ({ args, cwd }) => resolved(args, cwd),
  mktemp: ({ args }) => [args.some((arg) => /^(?:-p|--tmpdir=?)/.test(arg)) ? `${marks.given}/${marks.name}\n` : args.some((arg) => arg.startsWith('/')) ? `${args.find((arg) => arg.startsWith('/')) ?? ''}${marks.name}\n` : `/tmp/tmp.${marks.name}\n`],
  ls: ({ args, scene }) => [listed(args, scene.cwd[0] ?? '/')],
  find: ({ args }) => [found(args)],
  'git-describe': () => [marks.name],
  git: ({ args }) => [/^(?:rev-parse|describe|log|branch|rev-list|tag)$/.test(args[0] ?? '') ? marks.name : marks.output],
  tee: ({ scene }) => scene.stdin,
  which: ({ args }) => [args.length === 1 && !isUnknown(args[0] ?? '') ? `/usr/bin/${args[0] ?? ''}\n` : marks.output],
  printenv: ({ args, scene }) => scene.vars.get(args[0] ?? '') ?? [marks.output],
  seq: ({ args }) => [sequence(args)],
  pgrep: ({ args }) => [pgrepped(args)],
  pidof: ({ args }) => [args.some(meetsTooMany) ? everyProcess : marks.name],
  ps: ({ args }) => [args.some((arg) => /^-\w*[eAax]|^[a-z]*x/.test(arg)) && !args.some((arg) => /^-[CpqGgUut]/.test(arg)) ? everyProcess : marks.output],
  docker: ({ args }) => [args[0] === 'ps' || args[0] === 'container' ? (args.some((arg) => /^(?:-\w*f|--filter)/.test(arg)) ? marks.name : marks.star) : marks.output],
  top: ({ args }) => [args.some((arg) => /^-\w*p/.test(arg)) ? marks.output : everyProcess], expr: ({ args }) => [args.length > 0 && args.every((arg) => /^[\w.+*/%<>=|&()-]+$/.test(arg)) && !args.some((arg) => /\/\w|^\/|^(?:substr|match|:)$/.test(arg) && arg !== '/') ? marks.name : marks.output],
  yes: ({ args }) => [`${args.join(' ') || 'y'}\n`],
};

/** What a command may print; unknown programs print something unknown, programs that talk to the network something from there. */
export function printedBy(call: Invocation): string[] {
  const { name, args, scene } = call;
  const processes = scene.stdin.includes(everyProcess) ? processesThrough(name, args) : undefined;
  if (processes) return processes;
  const filter = own(filters, name);
  if (filter) return filtered(call, filter);
  const printer = own(printers, name);
  if (printer) return printer(call);
  if (network.has(name) && !toFile(name, args)) return [marks.network];
  if (plainWords.has(name)) return [marks.name];
  return [scene.stdin.some((text) => text.includes(marks.network)) ? marks.network : marks.output];
}

function pgrepped(args: string[]): string {
  const parent = args.findIndex((arg) => /^-\w*P$|^--parent$/.test(arg));
  if (parent >= 0) return /^[01]$/.test(args[parent + 1] ?? '') ? everyProcess : marks.name;
  if (args.some((arg) => /^-v$|^--inverse/.test(arg))) return everyProcess;
  const pattern = args.find((arg, index) => !arg.startsWith('-') && !/^-\w*[uUGgPtsF]$/.test(args[index - 1] ?? ''));
  return pattern === undefined || meetsTooMany(pattern) ? everyProcess : marks.name;
}

const toFile = (name: string, args: string[]) => name === 'openssl' && !args.includes('s_client');

function filtered({ args, scene, cwd }: Invocation, filter: (args: string[], text: string) => string | undefined): string[] {
  const files = args.filter((arg) => !arg.startsWith('-') && scene.files.has(absolutePath(arg, cwd))).flatMap((arg) => scene.files.get(absolutePath(arg, cwd)) ?? []);
  const inputs = files.length > 0 ? files : scene.stdin;
  return inputs.map((text) => {
    const result = text.length > limits.text ? undefined : filter(args, text);
    return result ?? (text.includes(marks.network) ? marks.network : marks.output);
  }).reduce<string[]>((all, text) => union(all, [text]), []);
}

/** Both ways shells do it: with and without reading backslashes. */
function echo(args: string[]): string[] {
  const options = args.findIndex((arg) => !/^-[neE]+$/.test(arg));
  const flags = args.slice(0, options < 0 ? args.length : options).join('');
  const text = args.slice(options < 0 ? args.length : options).join(' ');
  const end = flags.includes('n') ? '' : '\n';
  if (!text.includes('\\')) return [text + end];
  return flags.includes('e') ? [unescape(text) + end] : [text + end, unescape(text) + end];
}

const namesOf = (args: string[]) => args.filter((arg) => !arg.startsWith('-'));

function lastOf(path: string): string {
  if (/^\/+$/.test(path)) return '/';
  const last = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return hasHole(last) ? marks.name : last;
}

function folderOf(path: string): string {
  if (hasHole(path)) return marks.output;
  const cut = path.replace(/\/+$/, '').lastIndexOf('/');
  return cut < 0 ? '.' : cut === 0 ? '/' : path.slice(0, cut);
}

function resolved(args: string[], cwd: string): string[] {
  const [path] = namesOf(args);
  return [path === undefined || hasHole(path) ? marks.output : `${absolutePath(path, cwd)}\n`];
}

/** `ls` of patterns prints paths like them; of a folder, names in it. */
function listed(args: string[], cwd: string): string {
  const paths = namesOf(args);
  if (paths.some((path) => /^\/proc\/?$/.test(path))) return everyProcess;
  const long = args.some((arg) => /^-\w*[ls]/.test(arg));
  if (long) return marks.output;
  const folders = args.some((arg) => /^-\w*d/.test(arg));
  const lines = paths.length === 0 ? [marks.star] : paths.map((path) => (folders || /[\uE005\uE006]/.test(path) ? path : marks.star));
  return cwd === '' ? marks.output : `${lines.join('\n')}\n`;
}

/** `find` prints its roots and what is in them. */
function found(args: string[]): string {
  const end = args.findIndex((arg) => /^[-(!]/.test(arg) && !/^-[HLPD]$|^-O/.test(arg));
  const roots = args.slice(0, end < 0 ? args.length : end).filter((arg) => !arg.startsWith('-'));
  const inside = args.includes('-mindepth') || args.some((arg) => /^-i?name$/.test(arg));
  return (roots.length > 0 ? roots : ['.']).flatMap((root) => (inside ? [`${root}/${marks.star}`] : [root, `${root}/${marks.star}`])).map((line) => `${line}\n`).join('');
}

function sequence(args: string[]): string {
  const numbers = args.map(Number);
  const [first = 1, last = 1] = numbers.length === 1 ? [1, numbers[0]] : [numbers[0], numbers.at(-1)];
  const count = last - first + 1;
  if (args.some((arg) => /^-[fs]|^--/.test(arg))) return marks.output;
  if (numbers.every(Number.isInteger) && args.length <= 2 && count > 24) return `${first}\n${marks.name}\n`;
  if (args.length > 2 || numbers.some((number) => !Number.isInteger(number)) || count > 24 || count < 1) return marks.name;
  return `${Array.from({ length: count }, (_, index) => first + index).join('\n')}\n`;
}
