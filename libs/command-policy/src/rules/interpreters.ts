import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding, type Scene } from '../walk/scene.js';
import { hasHole, isFromNetwork, shown } from '../words/marks.js';
import { homeOf } from '../words/home-of.js';
import { absolutePath, expandTilde } from '../words/paths.js';
import { reachOf } from '../words/protected-trees.js';
import { checkWrite } from './check-write.js';
import { own } from '../own.js';

/** The option letters after which code follows, per interpreter. */
const codeOptions: Record<string, RegExp> = {
  python: /^-\w*c$/, perl: /^-\w*[eE]$/, ruby: /^-\w*e$/, node: /^(?:-\w*[ep]|--eval|--print)$/, php: /^-[rRBE]$|^--run$/, lua: /^-e$/, luajit: /^-e$/, deno: /^eval$/, Rscript: /^-e$/, R: /^-e$/, julia: /^-[eE]$/, groovy: /^-e$/, scala: /^-e$/, elixir: /^-e$/, erl: /^-eval$/, guile: /^-c$/, osascript: /^-e$/, ghc: /^-e$/, raku: /^-e$/, tclsh: /^$/, wish: /^$/, expect: /^-c$/, jshell: /^$/, gnuplot: /^-e$/, octave: /^--eval$/, sbcl: /^--eval$/, racket: /^-e$/, crystal: /^eval$/, irb: /^-e$/, jrunscript: /^-e$/, pwsh: /^-c/, clojure: /^-e$/, ocaml: /^-e$/,
};

const family = (name: string) => name.replace(/^(python|perl|ruby|php|lua|node|julia|tclsh|pypy|guile)[\d.]*$/, '$1').replace(/^(?:pypy|jython|ipython|micropython)$/, 'python');
export const isInterpreter = (name: string) => own(codeOptions, family(name)) !== undefined;

const executing = /\b(?:system|popen\w*|spawn\w*|subprocess|exec\w*|execFile|child_process|shell_exec|passthru|proc_open|pcntl_\w+|backtick|qx|Open3|IO\.popen|os\.exec\w*|pty|ctypes|cffi|dlopen|syscall|fork|commands\.getoutput|runpy|ProcessBuilder|Runtime|Process\.(?:run|spawn|start)|Command\.new|do shell script|os\.kill|process\.kill|Process\.kill|killpg|open-pipe|run-shell-command|call-process|posix\.spawn)\b|`[^`]+`|open\s*\(?\s*[^,)]*,?\s*["'](?:\|\s*-?|-\|)|["'][^"']*\|["']\s*\)|%x[{([]/;
const obscure = /(?<![.\w])(?:load|compile)\b|\b(?:eval|exec|__import__|importlib|getattr|globals|locals|marshal|pickle|codecs|base64|b64decode|fromhex|unhexlify|decode64|unpack|pack|chr|fromCharCode|atob|Buffer\.from|Function|vm|require\s*\(\s*[^'")]|instance_eval|class_eval|const_get|loadstring|create_function|str_rot13|gzinflate|rot13|builtins|__builtins__|__class__|__subclasses__|binascii|zlib|sendall)\b|\\x[0-9a-fA-F]{2}|\\[0-7]{3}|\\u[0-9a-fA-F]{4}|\[::-1\]|\.reverse\b|\.split\(["']{2}\)/;
const networking = /\b(?:socket|fsockopen|IO::Socket|TCPSocket|net\.connect|createConnection|urllib|requests|urlopen|LWP|Net::HTTP|open-uri|http\.client|file_get_contents\s*\(\s*["']https?|fetch|curl_exec|https?\.get|ftplib|smtplib|paramiko)\b/;
const destroying = /\b(?:rmtree|rmdir\w*|removedirs|unlink\w*|remove(?:Sync|_dir|_entry|_tree)?|rm(?:Sync|_rf|_r)?|delete(?:_tree|Dir)?|truncate\w*|rename\w*|replace|move|copy\w*|chmod\w*|chown\w*|lchown|symlink\w*|link\w*|mknod|mkfifo|kill\w*|reboot|setuid|setgid|write\w*|WriteAll|appendFile\w*|file_put_contents|fopen|fwrite|File\.(?:write|open|delete|unlink)|FileUtils\.\w+|remove_tree|rmpath|makedirs|open)\s*[(\s"']|\bfile\s+(?:delete|rename|copy|mkdir|attributes)\b|os\.(?:kill|remove|unlink)|Path\(|shutil|:>|print\s+\{?\w+\}?\s*>/;

/** Interpreters with code on the command line, from the input, or from a file of this command. */
export function checkInterpreter({ name, args, scene, cwd }: Invocation): Finding | undefined {
  const kind = family(name);
  const pattern = own(codeOptions, kind);
  if (!pattern) return undefined;
  const codes: string[] = [];
  args.forEach((arg, index) => { if (pattern.test(arg)) codes.push(args[index + 1] ?? ''); else { const own = inlineCode(kind, arg); if (own) codes.push(own); } });
  if (codes.length > 0) return judgeCode(codes.join('\n'), { name, scene, cwd, args }) ?? editsInPlace(kind, args, cwd);
  const module = moduleOf(kind, args);
  if (module) return module;
  const file = args.find((arg) => !arg.startsWith('-') || arg === '-');
  if (file === undefined || file === '-' || file === '/dev/stdin') return fromInput(scene, { name, cwd, asks: args.some((arg) => /^(?:-[vVh]+|--version|--help|-m|-i|-l|-S|-t)$/.test(arg)) });
  const known = scene.files.get(absolutePath(file, cwd));
  return known ? judgeCode(known.join('\n'), { name, scene, cwd, args }) : undefined;
}

/** `perl -i`: the files named are written. */
function editsInPlace(kind: string, args: string[], cwd: string): Finding | undefined {
  if (!/^(?:perl|ruby)$/.test(kind) || !args.some((arg) => /^-[a-zA-Z0]*i/.test(arg))) return undefined;
  return args.filter((arg) => !arg.startsWith('-')).map((arg) => checkWrite(arg, { cwd, how: 'edit' })).find(Boolean);
}

function inlineCode(kind: string, arg: string): string | undefined {
  if (kind === 'python') return /^-c(.+)/s.exec(arg)?.[1];
  if (kind === 'perl' || kind === 'ruby') return /^-[a-zA-Z0]{0,8}?[eE](.+)/s.exec(arg)?.[1] ?? /^-[mM](.+)/s.exec(arg)?.[1];
  return /^--(?:eval|print|run)=(.+)/s.exec(arg)?.[1];
}

function moduleOf(kind: string, args: string[]): Finding | undefined {
  const at = args.indexOf('-m');
  if (kind !== 'python' || at < 0) return undefined;
  return /^(?:http\.server|SimpleHTTPServer|pty|code|pdb|timeit|trace|cProfile|profile|runpy|ensurepip|smtpd)$/.test(args[at + 1] ?? '') ? approve('interp-danger', `The module ${shown(args[at + 1] ?? '')} may run code or open a port.`) : undefined;
}

function fromInput(scene: Scene, { name, cwd, asks }: { name: string; cwd: string; asks: boolean }): Finding | undefined {
  if (asks || scene.stdin.every((text) => text === '')) return undefined;
  if (scene.stdin.some((text) => hasHole(text))) return deny('pipe-to-shell', `${name} runs code from the input that is not known.`);
  return judgeCode(scene.stdin.join('\n'), { name, scene, cwd, args: [] });
}

const longestCode = 4_096;

interface CodeContext { name: string; scene: Scene; cwd: string; args: string[] }

/** Code is read by its words: what starts programs, hides, or destroys is not taken without a person. */
function judgeCode(code: string, context: CodeContext): Finding | undefined {
  const { name, cwd } = context;
  const danger = (detail: string) => deny('interp-danger', `${name}: ${detail}`, 'Deploy a script that was reviewed, and call it.');
  if (isFromNetwork(code)) return danger('the code comes from the network.');
  if (hasHole(code)) return danger('parts of the code are not known.');
  if (code.length > longestCode) return danger('the code is too long to be read here.');
  if (/\bkill\w*\b[^;\n]{0,40}[^\w]-\s*1\b/.test(code)) return danger('the code ends every process.');
  if (executing.test(code)) return danger('the code starts other programs.');
  if (obscure.test(code)) return danger('the code hides what it does.');
  const strings = literalsOf(code);
  if (networking.test(code) && /dup2|\/bin\/|pty|STDIN|fileno/.test(code)) return deny('reverse-shell', `${name} would hand a shell to somebody on the network.`);
  if (networking.test(code.replace(/\bsocket\.get(?:hostname|fqdn)\(\)|\b(?:import|from)\s+socket\b(?:\s+import\s+gethostname)?/g, ''))) return approve('interp-network', `${name}: the code talks to the network.`);
  if (!destroying.test(withoutProse(code))) return undefined;
  return writesOnly(code, strings, { cwd, name, args: context.args }) ?? undefined;
}

function writesOnly(code: string, strings: string[], { cwd, name, args }: { cwd: string; name: string; args: string[] }): Finding | undefined {
  const reads = /\bopen\s*\(\s*[^,)]+\)/.test(code) && !destroying.test(code.replace(/\bopen\s*\(\s*[^,)]+\)/g, '').replace(/sys\.stdout\.write|process\.stdout\.write|\.replace\(|console\.\w+/g, ''));
  const harmless = !destroying.test(withoutProse(code).replace(/(?:sys|process)\.std(?:out|err)\.write\s*\(|\.replace\s*\(|\.copy\(\)|JSON\.stringify/g, ''));
  if (reads || harmless) return undefined;
  const home = homeOf(undefined);
  const paths = [...strings.map((text) => text.replace(/^\s*[+<>]+\s*/, '')), ...args].filter((text) => /^[/.~]/.test(text) || text === '..').map((text) => expandTilde(text, { cwd, home }));
  for (const path of paths) {
    if (reachOf(path, cwd).kind !== 'own') return deny('interp-danger', `${name} would change or remove ${shown(path)}.`);
    const finding = checkWrite(path, { cwd, how: 'edit' });
    if (finding) return { ...finding, rule: 'interp-danger' };
  }
  return paths.length > 0 && !putsTogether(code, strings) ? undefined : approve('interp-danger', `${name}: the code changes files that are not known.`);
}

/** Text with spaces in it is for people: `print('rm -rf /')` removes nothing. What a language fills in stays. */
const withoutProse = (code: string) => code.replace(/\b(?:print|puts|echo|say|console\.log)\s*\(?\s*(?:"[^"\n{$`]{0,300}"|'[^'\n{$`]{0,300}')(?=\s*[),;\n]|\s*$)/g, 'print(""').replace(/"[^"\n]{0,300}"|'[^'\n]{0,300}'/g, (text) => (/\s/.test(text) && !/[{$`|<>]/.test(text) ? '""' : text));

/** Paths made of parts: what they come out as is not known. */
const putsTogether = (code: string, strings: string[]) => /["']\s*[+%.]\s*\w|\+\s*["']|\bf["']|\.format\(|\bjoin\(|`/.test(code) || strings.some((text) => /[{$%*]/.test(text));

const literalsOf = (code: string) => [...code.matchAll(/"([^"\n]{0,300})"|'([^'\n]{0,300})'/g)].map((match) => match[1] ?? match[2] ?? '');

/** awk: commands it starts and files it writes. */
export function checkAwk({ args, cwd, scene }: Invocation): Finding | undefined {
  const program = args.find((arg, index) => !arg.startsWith('-') && !/^-[Fvfi]$/.test(args[index - 1] ?? ''));
  const file = args[args.findIndex((arg) => arg === '-f') + 1];
  const usesFile = args.includes('-f') && file !== undefined;
  const known = usesFile ? scene.files.get(absolutePath(file, cwd))?.join('\n') : program;
  if (usesFile && /^(?:-|\/dev\/stdin)$/.test(file)) return deny('interp-danger', 'awk runs code from the input.');
  if (args.some((arg) => /^-l|^--load|^-i$|^--include|^-E$|^--exec/.test(arg))) return deny('interp-danger', 'awk would load code.');
  if (known === undefined) return undefined;
  if (hasHole(known)) return /[\uE001\uE002]/.test(known) ? deny('interp-danger', 'Parts of the awk program are not known.') : approve('interp-danger', 'Parts of the awk program are not known.');
  if (known.length > longestCode) return deny('interp-danger', 'The awk program is too long to be read here.');
  const bare = known.replace(/\/(?:[^/\\\n]|\\.)*\/(?=\s*(?:\{|$|[,)&|]))/g, '//');
  const outside = bare.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (/\bsystem\s*\(|\|\s*&?\s*getline|\|&|@load|@include|@\w+\s*\(|\|(?!\|)/.test(outside.replace(/\|\|/g, '')) || /\/inet[46]?\/|\/dev\/(?:tcp|udp)/.test(known)) return deny('interp-danger', 'awk would start a command.');
  const written = [...bare.matchAll(/(?:print|printf)\b[^>;}]*>>?\s*("(?:[^"\\]|\\.)*"|[^;}\s]+)/g)].map((match) => match[1] ?? '');
  for (const target of written) {
    if (!/^".*"$/.test(target)) { if (!/^\d|^\(/.test(target)) return approve('interp-danger', 'awk writes files that are not known.'); continue; }
    const finding = checkWrite(target.slice(1, -1), { cwd, how: 'redirect' });
    if (finding) return finding;
  }
  return undefined;
}

/** sed: its `e` and `w`, and the files it edits in place. */
export function checkSed({ args, cwd, scene }: Invocation): Finding | undefined {
  const { programs, files, inPlace } = sedArguments(args);
  for (const program of programs) {
    if (hasHole(program) && /[\uE001\uE002]/.test(program)) return approve('sed-exec', 'Parts of the sed program are not known.');
    if (program.length > longestCode) return deny('sed-exec', 'The sed program is too long to be read here.');
    if (sedExecutes(program)) return deny('sed-exec', 'sed would start a command.');
    for (const match of program.matchAll(/(?:^|[;{}\n]|\/[gipIM0-9]*)\s*[wW]\s*(\/[^\s;}]+)/g)) { const finding = checkWrite(match[1] ?? '', { cwd, how: 'redirect' }); if (finding) return finding; }
  }
  const script = args[args.indexOf('-f') + 1];
  if (args.includes('-f') && /^(?:-|\/dev\/stdin|\/dev\/fd\/0)$/.test(script ?? '') && scene.stdin.some((text) => hasHole(text) || sedExecutes(text))) return deny('sed-exec', 'sed runs a program from the input.');
  const programs2 = args.includes('-f') && script ? (scene.files.get(absolutePath(script, cwd)) ?? []) : [];
  if (programs2.some((text) => hasHole(text))) return deny('sed-exec', 'The sed program is not known.');
  if (args.includes('-f') && script && scene.files.get(absolutePath(script, cwd))?.some((text) => text.length > longestCode || sedExecutes(text))) return deny('sed-exec', 'sed would start a command.');
  if (!inPlace) return undefined;
  const found = files.map((file) => checkWrite(file, { cwd, how: 'edit' })).filter((finding) => finding !== undefined);
  return found.find((finding) => finding.verdict === 'deny') ?? found[0];
}

function sedArguments(args: string[]): { programs: string[]; files: string[]; inPlace: boolean } {
  const programs: string[] = [];
  const files: string[] = [];
  let inPlace = false;
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (/^-\w*i|^--in-place/.test(arg)) inPlace = true;
    if (/^(?:-[nErsuz]*e|--expression)$/.test(arg)) { programs.push(args[i + 1] ?? ''); i += 1; }
    else if (arg.startsWith('--expression=')) programs.push(arg.slice(13));
    else if (/^-[nErsuz]*e./.test(arg)) programs.push(arg.replace(/^-[nErsuz]*e/, ''));
    else if (/^(?:-f|-l|--file)$/.test(arg)) { i += 1; programs.push(''); }
    else if (!arg.startsWith('-')) files.push(arg);
  }
  if (programs.length === 0) { const first = files.shift(); if (first !== undefined) programs.push(first); }
  return { programs, files, inPlace };
}

/** `e command`, or the flag `e` of a substitution. Walks the program; strings of `s` and `y` are skipped. */
function sedExecutes(program: string): boolean {
  let i = 0;
  while (i < program.length) {
    const at = program[i] ?? '';
    if (at === '/' || at === '\\') { const mark = at === '/' ? '/' : (program[i + 1] ?? '/'); i = delimited(program, at === '/' ? i + 1 : i + 2, mark); continue; }
    if (at === 's' || at === 'y') {
      const mark = program[i + 1] ?? '';
      const second = delimited(program, i + 2, mark);
      const end = delimited(program, second, mark);
      const flags = /^[a-zA-Z0-9]*/.exec(program.slice(end))?.[0] ?? '';
      if (at === 's' && /^[gpiIm0-9M]*e/.test(flags)) return true;
      i = end + flags.length;
      continue;
    }
    if (at === 'e') return true;
    if (/[aicrRwWbtTqQl#:]/.test(at)) { const next = /[\n]|(?<=^[btTqQl][^;}]*)[;}]/.exec(program.slice(i)); i += next ? next.index + 1 : program.length; continue; }
    i += 1;
  }
  return false;
}

function delimited(program: string, from: number, mark: string): number {
  let i = from;
  while (i < program.length && program[i] !== mark) i += program[i] === '\\' ? 2 : 1;
  return i + 1;
}

/** Clients of databases: their way to a shell, and what wipes everything. */
export function checkDatabase({ name, args, scene }: Invocation): Finding | undefined {
  const text = [...args, ...scene.stdin.filter((part) => !hasHole(part))].join('\n');
  if (/\\!|(?:^|[\s;"'])!\s*\w|\bsystem\s+\S|\.(?:shell|system|load)\b|into\s+(?:out|dump)file|copy\s[^;]*\bprogram\b|xp_cmdshell|sys_exec|load_extension|lo_export|pg_read_file|pg_write/i.test(text)) return deny('database-exec', `${name} would start a command or write a file.`);
  const shellOut = args.some((arg) => /^--pager|^--tee/.test(arg));
  if (shellOut) return approve('database-exec', `${name} would start a pager or write a file.`);
  if (/\bdrop\s+(?:database|schema|user|role|tablespace)\b|\bdropDatabase\b|\bflushall\b|\bflushdb\b|\bshutdown\b|\bconfig\s+set\s+(?:dir|dbfilename)|\bslaveof\b|\bmodule\s+load\b/i.test(text)) return deny('database-drop', `${name} would remove a whole database, or stop it.`);
  return /\bdrop\s+table\b|\btruncate\b|\bdelete\s+from\s+[\w."`]+\s*(?:;|$|"|')|\bdrop\(\)/i.test(text) ? approve('database-drop', `${name} would remove data.`) : undefined;
}

