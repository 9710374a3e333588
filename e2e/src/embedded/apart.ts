import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EdgeClient } from '@edge/client';
import { repositoryRoot } from './edge-process.js';

/** The ordinary user of these tests; it exists only in their view of the machine. */
const user = { uid: 54_321, name: 'edge-demo' };

export interface ApartOptions {
  as: 'user' | 'root';
  /** What stands where sshd is looked for. */
  sshd: 'machine' | 'none';
  args?: string[];
  env?: Record<string, string>;
  /** Another program than Edge: a control run. */
  instead?: string[];
}

/** Why these tests cannot run here; undefined when they can. */
export function notApart(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, to show a program a machine of its own';
  const tried = spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt && mount -o remount,bind,ro / && ! touch /usr/x 2>/dev/null']);
  return tried.status === 0 ? undefined : 'needs unshare and mount, which are not allowed here';
}

/**
 * Runs the built program in a view of the machine in which every change outside its folder is refused or seen: the root file system is read-only,
 * home, /tmp, /run and /var/tmp are empty and its own. The program lies there as it would be installed: readable, owned by root.
 */
export class Apart {
  readonly folder = mkdtempSync('/var/tmp/edge-apart-');
  private child: ChildProcess | undefined;
  private printed = '';

  constructor(private readonly options: ApartOptions) {
    chmodSync(this.folder, 0o755);
    const program = join(this.folder, 'program');
    for (const app of ['edge', 'console', 'cli']) cpSync(join(repositoryRoot(), 'apps', app, 'dist'), join(program, 'apps', app, 'dist'), { recursive: true });
    cpSync(process.execPath, join(program, 'node'));
    mkdirSync(join(this.folder, 'data'), { mode: 0o700 });
    if (options.as === 'user') chownSync(join(this.folder, 'data'), user.uid, user.uid);
    writeFileSync(join(this.folder, 'passwd'), `${readFileSync('/etc/passwd', 'utf8')}${user.name}:x:${user.uid}:${user.uid}::/home/${user.name}:/bin/sh\n`);
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  get output(): string {
    return this.printed;
  }

  /** Resolves when it listens and has said so. */
  async start(): Promise<this> {
    this.run();
    while (!(await this.listening()) || !this.printed.includes('npx edge')) {
      if (this.child?.exitCode !== null) throw new Error(`edge ended before it listened: ${this.printed}`);
      await sleep(50);
    }
    return this;
  }

  client(): EdgeClient {
    return new EdgeClient(this.address());
  }

  /** As Ctrl-C does. Answers the exit code and every file that the program left behind outside its folder. */
  async interrupt(): Promise<{ code: number | null; left: string[] }> {
    process.kill(this.address().pid, 'SIGINT');
    return this.ended();
  }

  /** Waits for a program that ends by itself. */
  async ended(): Promise<{ code: number | null; left: string[] }> {
    if (!this.child) this.run();
    const code = await new Promise<number | null>((resolve) => this.child?.once('close', resolve));
    return { code, left: readFileSync(join(this.folder, 'left'), 'utf8').split('\n').filter(Boolean) };
  }

  /** Command lines of what still runs in its view of the machine. */
  survivors(): string[] {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && this.seesThis(pid)).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
  }

  private seesThis(pid: string): boolean {
    try {
      return readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(this.folder);
    } catch {
      return false; // it has ended meanwhile
    }
  }

  async remove(): Promise<void> {
    for (const file of ['edge.json', join('demo', 'supervisor.json')].map((name) => join(this.data, name))) {
      if (existsSync(file)) spawnSync('kill', [String((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid)]);
    }
    for (let tries = 0; tries < 200 && this.survivors().length > 0; tries++) await sleep(50);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private run(): void {
    const { as, sshd, args = ['--demo'], env = {}, instead } = this.options;
    const home = as === 'user' ? `/home/${user.name}` : '/root';
    const become = as === 'user' ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.uid}`, '--clear-groups'] : [];
    const script = [
      'mount --bind "$1" /mnt', 'mount --bind /mnt/passwd /etc/passwd', ...(sshd === 'none' ? ['mount -t tmpfs tmpfs /usr/sbin'] : []), 'mount -o remount,bind,ro /',
      'for own in /home /root /tmp /run /var/tmp; do mount -t tmpfs -o mode=1777 tmpfs "$own"; done', `mkdir -p ${home}`, `chown ${as === 'user' ? user.uid : 0} ${home}`, 'rm -rf /run/mount', 'cd /mnt', 'trap "" INT', 'shift',
      'code=0', '"$@" || code=$?', `find /home /root /tmp /run /var/tmp -mindepth 1 ! -path ${home} > /mnt/left`, 'exit $code',
    ].join('\n');
    const program = instead ?? ['/mnt/program/node', '--disable-warning=ExperimentalWarning', '/mnt/program/apps/edge/dist/program.js', ...args];
    this.printed = '';
    this.child = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-ec', script, 'sh', this.folder, ...become, ...program], {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/sbin', HOME: home, EDGE_DATA: '/mnt/data', EDGE_PORT: '0', EDGE_LOG_LEVEL: 'warn', ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (data: Buffer) => (this.printed += data.toString()));
    this.child.stderr?.on('data', (data: Buffer) => (this.printed += data.toString()));
  }

  private address(): { url: string; token: string; pid: number } {
    return JSON.parse(readFileSync(join(this.data, 'edge.json'), 'utf8')) as { url: string; token: string; pid: number };
  }

  private async listening(): Promise<boolean> {
    try {
      return (await fetch(new URL('/livez', this.address().url))).ok;
    } catch {
      return false; // not written yet
    }
  }
}
