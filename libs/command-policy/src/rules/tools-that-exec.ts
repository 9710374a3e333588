import type { Invocation } from '../walk/invoke.js';
import { runText } from '../walk/run-text.js';
import { approve, deny, type Finding, forkScene } from '../walk/scene.js';
import { shown } from '../words/marks.js';
import { absolutePath } from '../words/paths.js';
import { reachOf } from '../words/protected-trees.js';
import { checkWrite } from './check-write.js';
import { readOptions } from './options.js';
import { own } from '../own.js';

const gitConfig = /^(?:core\.(?:sshcommand|fsmonitor|hookspath|editor|pager|gitproxy|askpass|attributesfile)|alias\.|diff\..*\.(?:command|textconv)|diff\.external|filter\.|merge\..*\.driver|mergetool\.|difftool\.|gpg\.|credential\.|protocol\.ext|uploadpack\.|remote\..*\.(?:uploadpack|receivepack|vcs)|sequence\.editor|pager\.|browser\.|man\.|web\.browser|init\.templatedir|include|interactive\.difffilter|sendemail\.|submodule\..*\.update|url\.)/i;

export function checkGit({ args, cwd, scene }: Invocation): Finding | undefined {
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    const next = args[i + 1] ?? '';
    const setting = arg === '-c' || arg === '--config' ? next : arg.startsWith('--config-env=') ? arg.slice(13) : arg.startsWith('-c') && arg.includes('=') ? arg.slice(2) : undefined;
    if (setting !== undefined && gitConfig.test(setting)) return deny('git-config-exec', 'git would start a command.');
    if (/^--(?:upload-pack|receive-pack|exec-path|exec|ext-diff|extcmd|open-files-in-pager|template)(?:=|$)/.test(arg) && !/^--exec-path$/.test(arg)) return deny('git-config-exec', 'git would start a command.');
    if (/^(?:ext|fd)::/.test(arg)) return deny('git-config-exec', 'git would start a command as its transport.');
  }
  const words = args.filter((arg, index) => !arg.startsWith('-') && !/^(?:-C|-c|--git-dir|--work-tree)$/.test(args[index - 1] ?? ''));
  const [verb = '', ...rest] = words;
  if (verb === 'config' && rest.length > 1 && rest.some((word) => gitConfig.test(word))) return deny('git-config-exec', 'git would start a command later.');
  if (/^(?:filter-branch|bisect|rebase|submodule|difftool|mergetool)$/.test(verb) && (args.some((arg) => /^(?:--.*filter|-x|--exec|run|foreach|-t|--tool)/.test(arg)))) { const code = startedByGit(args); if (code) runText([code], forkScene(scene), { rule: 'git-config-exec', detail: `git ${verb} runs this.` }); return approve('git-config-exec', `git ${verb} would start commands.`); }
  const at = args.findIndex((arg) => /^(?:-C|--work-tree)$/.test(arg));
  const tree = args.map((arg) => /^--work-tree=(.+)/.exec(arg)?.[1]).find(Boolean) ?? (at < 0 ? '.' : (args[at + 1] ?? '.'));
  if (/^(?:clean|checkout|reset|restore|rm|stash|switch|pull|merge)$/.test(verb) && treatsSystem(tree, cwd)) return deny('rm-system', 'git would change or remove files of the system.');
  if (/^(?:clean|rm)$/.test(verb) && rest.some((path) => treatsSystem(path, absolutePath(tree, cwd)))) return deny('rm-system', 'git would remove files of the system.');
  const place = verb === 'clone' ? rest[1] : undefined;
  return place === undefined ? undefined : checkWrite(place, { cwd, how: 'extract' });
}

/** The command that bisect, submodule, rebase, filter-branch or difftool starts. */
function startedByGit(args: string[]): string | undefined {
  const at = args.findIndex((arg) => /^(?:run|foreach)$/.test(arg));
  if (at >= 0) return args.slice(at + 1).filter((arg, index) => index > 0 || arg !== '--recursive').join(' ');
  const option = args.findIndex((arg) => /^(?:--\w+-filter|--exec|-x|--extcmd)$/.test(arg));
  return option >= 0 ? args[option + 1] : args.map((arg) => /^(?:--\w+-filter|--exec|-x|--extcmd)=?(.+)$/.exec(arg)?.[1]).find(Boolean);
}

function treatsSystem(tree: string, cwd: string): boolean {
  const reach = reachOf(tree, cwd);
  return reach.kind === 'system' && reach.what !== 'the home folder' && !/^\/home\/[^/]+$/.test(reach.what);
}

const tarExec = /^--(?:checkpoint-action|to-command|use-compress-program|info-script|new-volume-script|rsh-command|rmt-command|to-comm.*|use-comp.*|checkpoint-a.*|compress-program)(?:=|$)/;
const compressors = /^(?:gzip|bzip2|xz|zstd|pigz|lz4|pbzip2|lzip|zstdmt|lzop|unzstd|gunzip|pixz)(?: -[\w]+| --?[\w=-]+)*$/;

export function checkTar({ args, cwd }: Invocation): Finding | undefined {
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    const value = arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : (args[i + 1] ?? '');
    if (tarExec.test(arg) && !(/^--(?:use-comp|compress)/.test(arg) && compressors.test(value)) && !(/checkpoint-a/.test(arg) && /^(?:dot|echo|bell|ttyout|sleep|totals)/.test(value))) return deny('archive-exec', 'tar would start a command.');
    if (/^-\w*I$/.test(arg) && !compressors.test(args[i + 1] ?? '')) return deny('archive-exec', 'tar would start a command.');
    if (/^-I./.test(arg) && !compressors.test(arg.slice(2))) return deny('archive-exec', 'tar would start a command.');
    if (arg === '-F') return deny('archive-exec', 'tar would start a command.');
    if ((/^--(?:absolute-names|remove-files)$|^-\w*P\w*$/.test(arg) || (i === 0 && /^[a-zA-Z]*P/.test(arg))) && extracts(args)) return approve('archive-extract', 'tar would write where the archive says.');
  }
  if (args.includes('--remove-files')) { const gone = args.filter((arg) => !arg.startsWith('-')).map((arg) => (reachOf(arg, cwd).kind === 'own' ? checkWrite(arg, { cwd, how: 'remove' }) : deny('rm-system', 'tar would remove files of the system.'))).find(Boolean); if (gone) return gone; }
  const folderAt = args.findIndex((arg) => /^-\w*C$|^--directory$/.test(arg));
  const bundled = folderAt < 0 && /^[a-zA-Z]*x[a-zA-Z]*C$|^[a-zA-Z]*C[a-zA-Z]*x/.test(args[0] ?? '') ? args.at(-1) : undefined;
  const folder = folderAt >= 0 ? args[folderAt + 1] : args.map((arg) => /^--(?:directory|one-top-level)=(.+)/.exec(arg)?.[1] ?? /^-C(.+)/.exec(arg)?.[1]).find(Boolean) ?? bundled;
  if (extracts(args)) return checkWrite(folder ?? '.', { cwd, how: 'extract' });
  const file = archiveOf(args);
  return file === undefined || file === '-' ? undefined : checkWrite(file, { cwd, how: 'copy' });
}

const extracts = (args: string[]) => (/^-?[a-zA-Z]*x/.test(args[0] ?? '') && !(args[0] ?? '').startsWith('--')) || args.some((arg) => /^-\w*x|^--(?:extract|get)$/.test(arg));

function archiveOf(args: string[]): string | undefined {
  const first = args[0] ?? '';
  if (!/^-?[a-zA-Z]*[cru]/.test(first)) return undefined;
  const long = args.map((arg) => /^--file=(.+)/.exec(arg)?.[1]).find(Boolean);
  if (long) return long;
  return /f/.test(first.replace(/^--.*/, '')) ? args[1] : args[args.indexOf('-f') + 1];
}

export function checkUnpack({ name, args, cwd }: Invocation): Finding | undefined {
  if (/^7z/.test(name) && args.includes('-sdel')) { const gone = args.filter((arg) => !arg.startsWith('-')).slice(2).map((arg) => (reachOf(arg, cwd).kind === 'own' ? checkWrite(arg, { cwd, how: 'remove' }) : deny('mv-system', '7z would remove files of the system.'))).find(Boolean); if (gone) return gone; }
  if (name === 'cpio' && args.some((arg) => /^--(?:rsh-command|to-stdout-command)/.test(arg))) return deny('archive-exec', 'cpio would start a command.');
  if (name === 'zip' && args.some((arg) => /^-\w*m|^--move/.test(arg))) { const gone = args.filter((arg) => !arg.startsWith('-')).slice(1).map((arg) => checkWrite(arg, { cwd, how: 'remove' })).find(Boolean); if (gone) return gone; }
  if (name === 'zip') return args.some((arg) => /^-TT|^--unzip-command|^-\w*T\w*$/.test(arg)) && args.some((arg) => /^-TT|^--unzip-command/.test(arg)) ? deny('archive-exec', 'zip would start a command.') : undefined;
  const { values, operands, letters } = readOptions(args, name === 'unzip' ? 'dx' : name === 'cpio' ? 'DEFHO' : 'C');
  if (name === 'cpio' && /p/.test(letters) && operands[0] !== undefined) return checkWrite(operands[0], { cwd, how: 'extract' });
  const folder = values.get('d') ?? values.get('D') ?? values.get('C') ?? args.map((arg) => /^-o(.+)/.exec(arg)?.[1]).find((value) => name.startsWith('7z') && value);
  const lists = args.some((arg) => /^-\w*[lptvZ]|^[lt]$/.test(arg));
  if (lists) return undefined;
  if (name === 'cpio' && /i/.test(letters) && !args.includes('--no-absolute-filenames')) return checkWrite(folder ?? '.', { cwd, how: 'extract' }) ?? approve('archive-extract', 'cpio writes where the archive says, also outside of this folder.');
  return checkWrite(folder ?? '.', { cwd, how: 'extract' });
}

/** Editors told what to do: what they write, and the commands they start. */
export function checkEditor({ name, args, cwd, scene }: Invocation): Finding | undefined {
  const scripts = args.flatMap((arg, index) => (/^-[cS]$|^--cmd$|^-es?c?$|^--?eval$|^-f$/.test(arg) ? [args[index + 1] ?? ''] : /^\+./.test(arg) ? [arg.slice(1)] : /^-c./.test(arg) ? [arg.slice(2)] : []));
  const input = name === 'vi' && args.some((arg) => /^-\w*[es]/.test(arg)) ? scene.stdin : name === 'ed' || name === 'red' ? scene.stdin : [];
  if ([...scripts, ...input].some((text) => /!|system\(|shell-command|call-process|py(?:thon)?3?\b|lua|perl|ruby|source|so\b|call |execute|delete-directory/.test(text))) return deny('interp-danger', `${name} would start a command.`);
  for (const arg of args.filter((word) => !/^[-+]/.test(word) && !scripts.includes(word))) {
    const finding = checkWrite(arg, { cwd, how: 'edit' });
    if (finding) return finding;
  }
  const written = [...scripts, ...input].flatMap((text) => [...text.matchAll(/\bw(?:q|rite)?!?\s+(\S+)/g)].map((match) => match[1] ?? ''));
  return written.map((path) => checkWrite(path, { cwd, how: 'edit' })).find(Boolean);
}

const sortLike: Record<string, RegExp> = { sort: /^--compress-program|^--comp/, split: /^--filter/, man: /^-P|^--pager|^-H|^--browser/, less: /^\+|^-\w*k|--lesskey/, ctags: /^--options/, nmap: /^--script/, tcpdump: /^-\w*z$/, logrotate: /^--?f/, mail: /^~!/, gdb: /^-(?:ex|eval-command|x|iex)|^--(?:eval-command|command)/, install: /^--strip-program/, pip: /^--global-option/, dpkg: /^--pre-invoke/, crontab: /^$/, wget: /^--use-askpass|^--post-file|^-e|^--execute/, ssh: /^$/, zip: /^$/, 'run-parts': /^-/, valgrind: /^$/, diff: /^$/, openssl: /^-engine|^-provider-path/, ffmpeg: /^$/, scp: /^-S|^-oProxy|ProxyCommand/, sftp: /^-S|ProxyCommand|^-D/, rsync: /^$/, journalctl: /^--(?:vacuum|rotate|flush|relinquish|setup-keys)/ };

/** Options by which harmless tools start programs. */
export function checkExecOption({ name, args }: Invocation): Finding | undefined {
  const pattern = own(sortLike, name);
  if (!pattern) return undefined;
  const found = args.find((arg) => pattern.test(arg) && arg !== '');
  if (!found) return undefined;
  if (name === 'journalctl') return deny('log-wipe', `journalctl ${shown(found)} removes logs of the system.`);
  if (name === 'less' && /[!|]/.test(found)) return deny('option-exec', `less ${shown(found)} starts a program.`);
  return name === 'less' || name === 'logrotate' || name === 'wget' ? approve('option-exec', `${name} ${shown(found)} may start a program.`) : deny('option-exec', `${name} ${shown(found)} starts a program.`);
}

/** make with a rule or a shell given on its command line. */
export function checkMake({ args, scene }: Invocation): Finding | undefined {
  const inline = args.find((arg) => /^--eval|^SHELL=|^\.SHELLFLAGS=|^MAKEFLAGS=/.test(arg)) ?? args.find((arg, index) => args[index - 1] === '--eval' || (/^-f$|^--file$/.test(args[index - 1] ?? '') && /^(?:-|\/dev\/(?:stdin|fd\/.*))$/.test(arg))) ?? args.find((arg) => /^-f-$/.test(arg));
  if (inline) return deny('interp-danger', 'make would run commands that cannot be followed.');
  for (const arg of args) { const value = /^[A-Z_]+=.*\$\(shell ([^)]*)\)/.exec(arg)?.[1]; if (value) runText([value], forkScene(scene), { rule: 'interp-danger', detail: 'make runs this.' }); }
  return undefined;
}

/** Package runners that fetch code and run it at once. */
export function checkRunner({ name, args }: Invocation): Finding | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (name === 'npm' && /^(?:config|set)$/.test(words[0] ?? '') && args.some((arg) => /script-shell|prefix|node-options/.test(arg))) return deny('env-hijack', 'npm would start another shell.');
  if (args.some((arg) => /^--(?:script-shell|node-options|shell)=/.test(arg))) return deny('env-hijack', `${name} would start another shell.`);
  return name === 'npm' && words[0] === 'publish' ? approve('publish', 'This publishes a package.') : undefined;
}

/** pip told where to put files. */
export function checkPip({ args, cwd }: Invocation): Finding | undefined {
  const places = args.flatMap((arg, index) => (/^(?:-t|--target|--prefix|--root)$/.test(arg) ? [args[index + 1] ?? ''] : /^--(?:target|prefix|root)=(.+)/.exec(arg)?.[1] ?? []));
  return places.map((place) => checkWrite(place, { cwd, how: 'extract' })).find(Boolean);
}

/** ftp runs lines that begin with `!`. */
export function checkFtp({ name, args, scene }: Invocation): Finding | undefined {
  return [...args, ...scene.stdin].some((text) => /(?:^|\n|;)\s*!/.test(text)) ? deny('interp-danger', `${name} would start a command.`) : undefined;
}

/** A terminal on somebody's screen, or one that runs a command. */
export function checkTerminal({ name, args, scene }: Invocation): Finding | undefined {
  const at = args.findIndex((arg) => /^(?:-e|-x|--command|--)$/.test(arg));
  if (at >= 0) runText([args.slice(at + 1).join(' ')], forkScene(scene), { rule: 'shell-c-dynamic', detail: `${name} runs this text.` });
  return args.some((arg) => /^-?-display/.test(arg)) ? deny('reverse-shell', `${name} would show a shell on another screen.`) : undefined;
}
