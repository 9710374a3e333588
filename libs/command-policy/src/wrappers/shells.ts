import { hasHole, marks, shown } from '../words/marks.js';
import { absolutePath } from '../words/paths.js';
import { invoke, type Invocation } from '../walk/invoke.js';
import { runText } from '../walk/run-text.js';
import { approve, deny, forkScene, report, type Scene } from '../walk/scene.js';
import { withTraps } from '../walk/with-traps.js';
import { changesUser } from './run-as.js';


/** `sh`, `sh -c text args`, `sh file args`, `sh -s`, `… | sh`. */
export function runShell({ args, scene, cwd }: Invocation): string[] {
  const { code, operands, reads, startup } = shellArguments(args);
  for (const file of startup) sourceFile(file, scene, cwd);
  const inner: Scene = { ...forkScene(scene), functions: new Map(scene.functions) };
  if (code) {
    const [text = '', first = 'sh', ...rest] = operands;
    inner.vars.set('0', [first]);
    return withTraps({ ...inner, positional: rest }, (own) => runText([text], own, { rule: 'shell-c-dynamic', detail: 'A shell runs this text.' }));
  }
  const [file, ...rest] = operands;
  if (file === undefined || reads) return withTraps({ ...inner, positional: operands, stdin: [''] }, (own) => runText(scene.stdin, own, { rule: 'pipe-to-shell', detail: 'A shell reads its commands from the input.', strict: true }));
  return withTraps({ ...inner, positional: rest }, (own) => runFile(file, own, cwd));
}

function runFile(file: string, scene: Scene, cwd: string): string[] {
  const full = absolutePath(file, cwd);
  if (/^\/dev\/(?:stdin|fd\/0)$|^\/proc\/self\/fd\/0$/.test(full) || file === '-') return runText(scene.stdin, scene, { rule: 'pipe-to-shell', detail: 'A shell reads its commands from the input.', strict: true });
  const known = scene.files.get(full);
  if (known) return runText(known, scene, { rule: full.startsWith('/dev/fd/') ? 'pipe-to-shell' : 'write-then-run', detail: `A shell runs ${shown(full)}, which this command wrote.`, strict: true });
  if (/^\/etc\/(?:rc\.d\/)?(?:init|rc\d)\.d\//.test(full)) return invoke([full, ...(scene.positional ?? [])], scene);
  if (/^[\uE001\uE002]/.test(full)) report(scene, deny('shell-c-dynamic', `Which file the shell runs is not known: ${shown(full)}`));
  else if (/^\uE000$/.test(full)) report(scene, approve('shell-c-dynamic', 'Which file the shell runs is not known.'));
  if (/^\/dev\/(?:tcp|udp)\//.test(full)) report(scene, deny('pipe-to-shell', 'A shell reads its commands from the network.'));
  return [marks.output];
}

function sourceFile(file: string, scene: Scene, cwd: string): void {
  const known = scene.files.get(absolutePath(file, cwd));
  if (known) runText(known, forkScene(scene), { rule: 'source-untrusted', detail: 'A shell reads this file when it starts.', strict: true });
  else if (hasHole(file)) report(scene, deny('source-untrusted', 'Which file the shell reads when it starts is not known.'));
}

interface ShellArguments { code: boolean; operands: string[]; reads: boolean; startup: string[] }

function shellArguments(args: string[]): ShellArguments {
  const found: ShellArguments = { code: false, operands: [], reads: false, startup: [] };
  let i = 0;
  for (; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '--' || arg === '-') { i += 1; break; }
    if (!/^[-+]./.test(arg)) break;
    if (/^--(?:rcfile|init-file)$/.test(arg)) { found.startup.push(args[i + 1] ?? ''); i += 1; continue; }
    if (arg.startsWith('--command')) { found.code = true; if (arg.includes('=')) { found.operands = [arg.slice(arg.indexOf('=') + 1)]; return found; } continue; }
    if (arg.startsWith('--')) continue;
    if (arg.startsWith('-') && arg.includes('c')) found.code = true;
    if (arg.startsWith('-') && arg.includes('s')) found.reads = true;
    if (/^[-+]\w*[oO]$/.test(arg)) i += 1;
  }
  found.operands = args.slice(i);
  if (found.code) found.reads = false;
  return found;
}

/** `su - app -c text`, `runuser -u app -- command`. */
export function runSu(call: Invocation): string[] {
  const { name, args, scene } = call;
  changesUser(call);
  const at = args.findIndex((arg) => /^-[a-z]*c$|^--(?:session-)?command(?:=|$)/.test(arg));
  const text = at < 0 ? undefined : (args[at] ?? '').includes('=') ? (args[at] ?? '').slice((args[at] ?? '').indexOf('=') + 1) : (args[at + 1] ?? '');
  if (text !== undefined) return withTraps({ ...forkScene(scene), cwd: ['/home/\uE007'] }, (own) => runText([text], own, { rule: 'shell-c-dynamic', detail: 'A shell runs this text.' }));
  const user = args.findIndex((arg) => arg === '-u' || arg === '--user');
  if (name === 'runuser' && user >= 0) { const rest = args.slice(user + 2); return invoke(rest[0] === '--' ? rest.slice(1) : rest, forkScene(scene)); }
  return runText(scene.stdin, forkScene(scene), { rule: 'pipe-to-shell', detail: 'A shell reads its commands from the input.', strict: true });
}
