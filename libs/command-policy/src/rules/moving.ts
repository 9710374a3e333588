import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding } from '../walk/scene.js';
import { homeFolder, shown } from '../words/marks.js';
import { absolutePath } from '../words/paths.js';
import { reachOf } from '../words/protected-trees.js';
import { checkWrite, type WriteContext } from './check-write.js';
import { hasLong, type Options, readOptions } from './options.js';
import { isSecret, secretRead } from './secrets.js';

const worst = (found: (Finding | undefined)[]) => found.find((finding) => finding?.verdict === 'deny') ?? found.find(Boolean);

function destinations(options: Options): { sources: string[]; into: string[] } {
  const folder = options.values.get('t') ?? options.values.get('target-directory');
  if (folder !== undefined) return { sources: options.operands, into: options.operands.length === 0 ? [folder] : options.operands.map((source) => joined(folder, source)) };
  const target = options.operands.at(-1) ?? '';
  const sources = options.operands.slice(0, -1);
  return { sources, into: sources.length > 1 || target.endsWith('/') ? sources.map((source) => joined(target, source)) : [target] };
}

const joined = (folder: string, source: string) => `${folder.replace(/\/$/, '')}/${source.split('/').filter(Boolean).at(-1) ?? ''}`;

/** A target that is a folder of the system takes the name of the source. */
function targets(into: string[], sources: string[]): string[] {
  return into.flatMap((path) => (/^\/etc\/(?:systemd\/system|nginx\/(?:conf\.d|sites-\w+)|logrotate\.d|haproxy|default|sysconfig)$/.test(path) || /^\/(?:etc|usr|bin|lib|opt|srv|tmp)$/.test(path) ? sources.map((source) => joined(path, source)) : [path]));
}

export function checkMove({ args, cwd }: Invocation): Finding | undefined {
  const options = readOptions(args, 'tS', ['target-directory', 'suffix', 'backup']);
  const { sources, into } = destinations(options);
  return worst([
    ...sources.map((source) => sourceOf(source, cwd, into)),
    ...targets(into, sources).map((path) => checkWrite(path, { cwd, how: 'copy' })),
  ]);
}

function sourceOf(path: string, cwd: string, into: string[]): Finding | undefined {
  const reach = reachOf(path, cwd);
  if (reach.kind === 'system') return inSystem(path, cwd, reach.what);
  if (into.includes('/dev/null')) return deny('mv-system', 'Moving onto /dev/null destroys what is moved, or the device.');
  if (reach.kind === 'unknown') return approve('mv-system', `What is moved is not known: ${shown(path)}`);
  return reach.kind === 'top' ? approve('mv-system', `${shown(path)} lies directly under /.`) : checkWrite(path, { cwd, how: 'remove' });
}

function inSystem(path: string, cwd: string, what: string): Finding | undefined {
  const full = absolutePath(path, cwd);
  const write = checkWrite(path, { cwd, how: 'remove' });
  if (/^\/etc\/./.test(full) && write?.verdict !== 'deny') return write;
  return deny('mv-system', `This moves ${what} away.`, 'Move folders of the application only.');
}

export function checkCopy({ args, cwd, name }: Invocation): Finding | undefined {
  const options = readOptions(args, name === 'install' ? 'tSmog' : 'tS', ['target-directory', 'suffix', 'mode', 'owner', 'group']);
  if (name === 'install' && /d/.test(options.letters)) return worst(options.operands.map((path) => checkWrite(path, { cwd, how: 'edit' })));
  const { sources, into } = destinations(options);
  const mode = options.values.get('m') ?? options.values.get('mode') ?? '';
  if (name === 'install' && setsId(mode)) return deny('perm-setuid', 'A program would run with the rights of its owner.');
  const secret = sources.map((source) => absolutePath(source, cwd)).find(isSecret);
  if (absolutePath(options.values.get('t') ?? options.operands.at(-1) ?? '.', cwd) === '/') return deny('system-file-write', 'This spreads files over the whole system.');
  return worst([...targets(into, sources).map((path) => checkWrite(path, { cwd, how: 'copy' })), secret ? secretRead(secret) : undefined]);
}

/** scp to this host writes like cp. */
export function checkRemoteCopy(call: Invocation): Finding | undefined {
  const { operands } = readOptions(call.args, 'cFiJloPSX');
  const target = operands.at(-1) ?? '';
  if (operands.length < 2) return undefined;
  return checkWrite(remotePath(target) ?? target, { cwd: remotePath(target) === undefined ? call.cwd : homeFolder, how: 'copy' });
}

/** `user@host:path`: what is not to be written here is not to be written there. */
function remotePath(target: string): string | undefined {
  const found = /^(?:[\w.@-]+|\[[\w:.]+\]):([^]*)$/.exec(target) ?? /^(?:rsync|scp|sftp):\/\/[^/]+([^]*)$/.exec(target);
  return found ? found[1] || '.' : undefined;
}

export const setsId = (mode: string) => /^[0-7]?[2467][0-7]{3}$/.test(mode) || /[ugoa]*[+=][rwxXt]*s/.test(mode);

export function checkLink({ args, cwd }: Invocation): Finding | undefined {
  const options = readOptions(args, 'tS', ['target-directory']);
  const { sources, into } = destinations(options);
  if (options.operands.length === 1) return undefined;
  const secret = sources.map((source) => absolutePath(source, cwd)).find(isSecret);
  return worst([...targets(into, sources).map((path) => checkWrite(path, { cwd, how: 'link' })), secret ? secretRead(secret) : undefined]);
}

/** tee, touch, truncate, mkfifo, split and the like: each operand is written. */
export function checkTargets({ args, cwd, name }: Invocation): Finding | undefined {
  const { operands } = readOptions(args, name === 'truncate' ? 'sr' : name === 'touch' ? 'rtd' : name === 'mkdir' ? 'm' : '', ['size', 'reference', 'date', 'mode']);
  const how: WriteContext['how'] = name === 'mkdir' || name === 'touch' ? 'edit' : 'redirect';
  return worst(operands.map((path) => checkWrite(path, { cwd, how })));
}

/** A name for a device is the device. */
export function checkNode({ args }: Invocation): Finding | undefined {
  return /^[bcu]$/.test(readOptions(args, 'mZ', ['mode']).operands[1] ?? '') ? deny('device-write', 'A new name for a device: who writes there writes to the device.') : undefined;
}

export function checkDd({ args, cwd }: Invocation): Finding | undefined {
  const value = (key: string) => args.filter((arg) => arg.startsWith(`${key}=`)).map((arg) => arg.slice(key.length + 1));
  const secret = value('if').map((path) => absolutePath(path, cwd)).find(isSecret);
  return worst([...value('of').map((path) => checkWrite(path, { cwd, how: 'redirect' })), secret ? secretRead(secret) : undefined]);
}

export function checkRsync({ args, cwd }: Invocation): Finding | undefined {
  const options = readOptions(args, 'efBTM', ['exclude', 'include', 'rsh', 'rsync-path', 'files-from', 'exclude-from', 'include-from', 'chown', 'chmod', 'log-file', 'password-file', 'timeout', 'bwlimit', 'port', 'link-dest', 'backup-dir', 'filter']);
  const shell = options.values.get('e') ?? options.values.get('rsh');
  if (shell !== undefined && !/^(?:ssh)(?: -(?:p ?\d+|i ?[\w./~-]+|l ?\w+|o ?(?:StrictHostKeyChecking|UserKnownHostsFile|ConnectTimeout|BatchMode)=[\w./-]+|q|T|x))*$/.test(shell)) return deny('archive-exec', 'rsync would start this program as its shell.');
  if (hasLong(options, 'rsync-path') && options.values.has('rsync-path') && !/^(?:sudo )?(?:\/usr\/bin\/)?rsync$/.test(options.values.get('rsync-path') ?? '')) return deny('archive-exec', 'rsync would start this program on the other side.');
  const target = options.operands.at(-1) ?? '';
  const removes = options.long.some((long) => long.startsWith('del') || long === 'remove-source-files');
  if (options.operands.length < 2) return undefined;
  const elsewhere = remotePath(target);
  if (elsewhere !== undefined) return worst([removes ? mirrored(elsewhere, homeFolder) : undefined, checkWrite(elsewhere, { cwd: homeFolder, how: 'copy' })]);
  return worst([removes ? mirrored(target, cwd) : undefined, removes && options.long.includes('remove-source-files') ? worst(options.operands.slice(0, -1).map((path) => mirrored(path, cwd))) : undefined, checkWrite(target, { cwd, how: 'extract' })]);
}

function mirrored(target: string, cwd: string): Finding | undefined {
  const reach = reachOf(target, cwd);
  if (reach.kind === 'system') return deny('rsync-delete', `This removes what is in ${reach.what}.`);
  if (reach.kind === 'unknown') return deny('rsync-delete', `Where rsync removes files is not known: ${shown(target)}`);
  return reach.kind === 'top' ? approve('rsync-delete', `${shown(target)} lies directly under /.`) : undefined;
}
