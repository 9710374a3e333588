import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildRoot } from './build-root.js';

/** What one command did: the programs it would have started and the files of the system it changed. */
export interface Effects { syntax: boolean; effects: ReadonlySet<string>; printed: string }

/** `why`: this machine has no throw-away world; then nothing was run. */
export type OracleAnswer = { ran: true; effects: Effects[] } | { ran: false; why: string };

/**
 * Really runs every text, in a root of its own made of memory, as nobody, with its own processes, mounts and network.
 * A canary goes first: a command that only writes to a file of ours, which must stay as it is out here.
 */
export function runOracle(cases: readonly string[], withinMs: number): OracleAnswer {
  const folder = mkdtempSync(join(tmpdir(), 'edge-oracle-'));
  try {
    const marker = join(folder, 'marker');
    writeFileSync(marker, '');
    chmodSync(marker, 0o666);
    const canary = enterWorld(folder, { cases: [`echo broken > ${marker}; echo seen >> /etc/hosts`], withinMs: 60_000 });
    const [seen] = read(canary.said, 1);
    if (canary.why !== '' || readFileSync(marker, 'utf8') !== '' || !seen?.effects.has('CHANGED /etc/hosts')) return { ran: false, why: canary.why || 'the canary got out' };
    const { said, why } = enterWorld(folder, { cases, withinMs });
    return why === '' ? { ran: true, effects: read(said, cases.length) } : { ran: false, why };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function enterWorld(folder: string, { cases, withinMs }: { cases: readonly string[]; withinMs: number }): { said: string; why: string } {
  rmSync(join(folder, 'root'), { recursive: true, force: true });
  buildRoot(join(folder, 'root'), cases);
  writeFileSync(join(folder, 'enter'), enter);
  spawnSync('chmod', ['-R', 'a+rX', folder]);
  const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const [command = '', ...args] = [...asNobody, 'unshare', '--user', '--map-root-user', '--mount', '--pid', '--net', '--ipc', '--uts', '--fork', '--kill-child', 'sh', join(folder, 'enter'), folder];
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: withinMs, killSignal: 'SIGKILL', maxBuffer: 1 << 30, cwd: '/', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
  if (stdout?.includes('CONTAINED yes\n')) return { said: stdout, why: '' };
  return { said: '', why: (/^CONTAINED no: .*/m.exec(stdout ?? '')?.[0] ?? stderr?.trim().split('\n').at(-1) ?? '') || String(error ?? 'no answer') };
}

/** Inside the new world: a root in memory, the old one taken away, then the driver as first process. */
const enter = `set -e
folder=$1
mount --make-rprivate /
mkdir -p /tmp 2>/dev/null || true
mount -t tmpfs -o size=256m,mode=755 tmpfs "$folder/root/old" 2>/dev/null || exit 7
new="$folder/root/old"
( cd "$folder/root" && tar cf - --exclude=./old . ) | ( cd "$new" && tar xf - --no-same-owner )
mkdir -p "$new/old"
: > "$new/dev/null"
mount --bind /dev/null "$new/dev/null"
cd "$new"
pivot_root . old
exec /real/busybox env -i MARKER="$folder/marker" /real/busybox ash -c '/real/busybox umount -l /old && /real/busybox rmdir /old && exec /real/busybox ash /driver'
`;

function read(stdout: string, count: number): Effects[] {
  const all: { syntax: boolean; effects: Set<string>; printed: string }[] = Array.from({ length: count }, () => ({ syntax: false, effects: new Set<string>(), printed: 'not run' }));
  let at = -1;
  for (const line of stdout.split('\n')) {
    const next = /^CASE (\d+)$/.exec(line)?.[1];
    if (next !== undefined) { at = Number(next); continue; }
    const one = all[at];
    if (!one || line === '' || line === 'DONE') continue;
    if (line === 'SYNTAX') one.syntax = true;
    else if (line.startsWith('OUT ')) one.printed = line.slice(4);
    else one.effects.add(/^(?:CHANGED|KILLED) /.test(line) ? changed(line) : called(line));
  }
  return all;
}

/** Which file was changed matters, not to what. */
const changed = (line: string) => line.replace(/^CHANGED (?:[0-9a-f]{32}\s+|md5sum: (?:can't open )?'?)(\/[\w./-]+).*/, 'CHANGED $1');

/** The folder matters only where a word depends on it. */
function called(line: string): string {
  const [call = '', folder = ''] = line.split('\u0002');
  const words = call.split('\u0001');
  return words.slice(1).some((word) => !/^[-/]/.test(word)) ? `${words.join(' ')} (in ${folder})` : words.join(' ');
}
