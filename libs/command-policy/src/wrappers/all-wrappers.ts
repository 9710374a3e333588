import { invoke, type Invocation } from '../walk/invoke.js';
import { runText } from '../walk/run-text.js';
import { approve, deny, forkScene, report } from '../walk/scene.js';
import { runFd, runFind, runParallel, runXargs } from './lists.js';
import { prefixNames, unwrapBusybox, unwrapEnv, unwrapPrefix, unwrapRoot } from './prefix-wrappers.js';
import { marks } from '../words/marks.js';
import { shellNames } from './shell-names.js';
import { runShell, runSu } from './shells.js';
import { own } from '../own.js';

type Wrapper = (call: Invocation) => string[];

/** Programs that start others. Each judges what it starts and answers what that may print. */
export const wrappers = new Map<string, Wrapper>([
  ...prefixNames.map((name): [string, Wrapper] => [name, unwrapPrefix]),
  ...shellNames.map((name): [string, Wrapper] => [name, runShell]),
  ['env', unwrapEnv], ['busybox', unwrapBusybox], ['toybox', unwrapBusybox],
  ['chroot', unwrapRoot], ['nsenter', unwrapRoot],
  ['xargs', runXargs], ['parallel', runParallel], ['find', runFind], ['fd', runFd], ['fdfind', runFd],
  ['su', runSu], ['runuser', runSu],
  ['watch', ({ args, scene }) => runText([operandsAfter(args, 'nd').join(' ')], forkScene(scene), { rule: 'shell-c-dynamic', detail: 'watch runs this text.' })],
  ['flock', flock], ['script', script], ['sg', ({ args, scene }) => runText([args.filter((arg) => arg !== '-c').slice(1).join(' ')], forkScene(scene), { rule: 'shell-c-dynamic', detail: 'sg runs this text.' })],
  ['at', later], ['batch', later],
  ['ssh', remote], ['rsh', remote], ['slogin', remote], ['sshpass', ({ args, scene }) => invoke(operandsAfter(args, 'pfdP'), forkScene(scene))], ['autossh', remote], ['mosh', remote], ['pdsh', remote], ['pssh', remote], ['clush', remote], ['parallel-ssh', remote], ['pslurp', remote], ['ansible', ansible], ['ansible-console', ansible], ['salt', ansible], ['newgrp', ({ args, scene, cwd }) => runShell({ name: 'sh', args: args.includes('-c') ? args.slice(args.indexOf('-c')) : [], scene, cwd })],
  ['start-stop-daemon', startStop], ['entr', ({ args, scene }) => invoke(args.filter((arg) => !arg.startsWith('-')), forkScene(scene))],
  ['tmux', multiplexer], ['screen', multiplexer],
]);

function operandsAfter(args: string[], valued: string): string[] {
  let i = 0;
  while (i < args.length && (args[i] ?? '').startsWith('-')) {
    const arg = args[i] ?? '';
    if (arg === '--') return args.slice(i + 1);
    i += arg.length === 2 && valued.includes(arg.slice(1)) ? 2 : 1;
  }
  return args.slice(i);
}

/** `flock file command…` or `flock file -c text`. */
function flock({ args, scene }: Invocation): string[] {
  const [, ...command] = operandsAfter(args, 'wEt');
  if (command[0] === '-c' || command[0] === '--command') return runText([command[1] ?? ''], forkScene(scene), { rule: 'shell-c-dynamic', detail: 'flock runs this text.' });
  return command.length > 0 ? invoke(command[0] === '--' ? command.slice(1) : command, forkScene(scene)) : [''];
}

function script({ args, scene }: Invocation): string[] {
  const at = args.findIndex((arg) => /^-\w*c$|^--command/.test(arg));
  const text = at < 0 ? undefined : (args[at] ?? '').includes('=') ? (args[at] ?? '').split('=').slice(1).join('=') : args[at + 1];
  return runText(text === undefined ? scene.stdin : [text], forkScene(scene), { rule: 'pipe-to-shell', detail: 'script runs this in a shell.' });
}

/** Runs later, when nobody looks: never without a second person. */
function later({ name, args, scene }: Invocation): string[] {
  if (/^-[lrdc]/.test(args[0] ?? '')) return [''];
  runText(scene.stdin, { ...forkScene(scene), stdin: [''] }, { rule: 'pipe-to-shell', detail: `${name} runs this later.`, strict: true });
  report(scene, approve('scheduled-command', `${name} runs commands later, outside of this action.`));
  return [''];
}

/** A command on yet another host escapes the grant, which names hosts; what it would do there is judged as if it were here. */
function remote({ name, args, scene }: Invocation): string[] {
  if (/^-[VQG]/.test(args[0] ?? '')) return [''];
  const before = scene.shared.findings.length;
  const local = args.find((arg) => /(?:ProxyCommand|LocalCommand|KnownHostsCommand|PermitLocalCommand|Match)/i.test(arg));
  if (local) report(scene, deny('nested-ssh', `${name} would start a command here.`));
  const command = remoteCommand(name, args);
  if (command.length > 0) runText([command.join(' ')], { ...forkScene(scene), files: new Map() }, { rule: 'nested-ssh', detail: `${name} runs this text elsewhere.` });
  else if (scene.stdin.some((text) => text.trim() !== '')) runText(scene.stdin, forkScene(scene), { rule: 'nested-ssh', detail: `${name} runs this text elsewhere.` });
  for (const finding of scene.shared.findings.slice(before)) finding.rule = 'nested-ssh';
  report(scene, approve('nested-ssh', `${name} leaves this host: the grant names hosts.`, 'Run the command on that host by an action of its own.'));
  return ['\uE002'];
}

const oneHost = 'bcDEeFIiJLlmOopQRSWwB';
const manyHosts: Record<string, string> = { pdsh: 'wxgluftRMS', clush: 'wxgGXlLtufSRO', pssh: 'hHlpoetOxX', 'parallel-ssh': 'hHlpoetOxX', pslurp: 'hHlpoetOxX' };

/** The words after the host. ssh takes options after it too; the tools for many hosts name them by an option. */
function remoteCommand(name: string, args: string[]): string[] {
  const many = own(manyHosts, name);
  const command = many === undefined ? operandsAfter(operandsAfter(args, oneHost).slice(1), oneHost) : operandsAfter(args, many);
  return command[0] === '--' ? command.slice(1) : command;
}

/** `ansible hosts -a text`, `salt hosts cmd.run text`: text for the shells of other hosts. */
function ansible({ name, args, scene }: Invocation): string[] {
  if (args.some((arg) => /^--(?:version|help|list-hosts)$/.test(arg))) return [''];
  const before = scene.shared.findings.length;
  const at = args.findIndex((arg) => /^(?:-a|--args|cmd\.\w+)$/.test(arg));
  const text = at >= 0 ? args[at + 1] : args.map((arg) => /^--args=(.+)$/.exec(arg)?.[1]).find(Boolean);
  if (text !== undefined) runText([text], { ...forkScene(scene), files: new Map() }, { rule: 'nested-ssh', detail: `${name} runs this text elsewhere.` });
  for (const finding of scene.shared.findings.slice(before)) finding.rule = 'nested-ssh';
  report(scene, approve('nested-ssh', `${name} leaves this host: the grant names hosts.`, 'Run the command on that host by an action of its own.'));
  return [marks.output];
}

function startStop({ args, scene }: Invocation): string[] {
  const at = args.findIndex((arg) => /^(?:-x|-a|--exec|--startas)$/.test(arg));
  const inline = args.map((arg) => /^--(?:exec|startas)=(.+)/.exec(arg)?.[1]).find(Boolean);
  const program = inline ?? (at < 0 ? undefined : args[at + 1]);
  const rest = args.indexOf('--');
  return program !== undefined && !args.some((arg) => /^(?:-K|--stop)$/.test(arg)) ? invoke([program, ...(rest < 0 ? [] : args.slice(rest + 1))], forkScene(scene)) : [''];
}

const valuedByTerminal: Record<string, string> = { screen: 'ScehpsTtr', tmux: 'cFfnstxyeLS' };

/** What terminals run in the background: the words of a command, or one text for a shell. */
function multiplexer({ name, args, scene }: Invocation): string[] {
  const valued = own(valuedByTerminal, name) ?? '';
  const verbs = name === 'tmux' ? /^(?:new|new-session|new-window|neww|split-window|splitw|send-keys|send|run-shell|run|respawn-pane|respawnp|respawn-window|if-shell|if|pipe-pane|set-hook|bind-key|bind)$/ : /^(?:stuff|exec|screen)$/;
  const words = bundledOperands(args, valued);
  const at = words.findIndex((word) => verbs.test(word));
  if (name === 'tmux' && at < 0) return [''];
  const code = bundledOperands(words.slice(at + 1), valued).filter((word) => !/^(?:Enter|C-m|\n)$/.test(word));
  if (code.length === 0) return [''];
  const typed = at >= 0 && /^(?:send|send-keys|stuff|if|if-shell|bind|bind-key|set-hook)$/.test(words[at] ?? '');
  return typed || code.length === 1 ? runText([code.join(typed ? '\n' : ' ').replace(/\\[nr]/g, '\n')], forkScene(scene), { rule: 'shell-c-dynamic', detail: 'A terminal runs this text.' }) : invoke(code, forkScene(scene));
}

/** Operands when options come in bundles of which the last letter takes the value: `-dmS name`. */
function bundledOperands(args: string[], valued: string): string[] {
  let i = 0;
  while (i < args.length && /^-\w/.test(args[i] ?? '')) i += valued.includes((args[i] ?? '').at(-1) ?? '') ? 2 : 1;
  return args.slice(args[i] === '--' ? i + 1 : i);
}
