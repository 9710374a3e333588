import { spawn, type ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ShellHost } from '@edge/ports';
import { freePort } from '../engines/free-ports.js';
import { findSshd } from './find-sshd.js';
import { labFolder } from './lab-folder.js';
import { waitForPort } from './wait-for-port.js';

const run = promisify(execFile);

export interface LabHostOptions {
  name?: string;
  /** sshd_config lines; they win over the lab's own. */
  settings?: string[];
  /** The program that `sh` is on this host, with the words before its arguments (`['busybox', 'sh']`). */
  sh?: string[];
  /** Programs (sh text) that come first in PATH, by name. */
  programs?: Record<string, string>;
  /** Variables of every session. */
  env?: Record<string, string>;
  /** Private host key to start with (another host's, to play an impostor's opposite). */
  hostKeyFile?: string;
  port?: number;
}

/** A real sshd on loopback with a home, host key and user key of its own; it runs commands as the current user. */
export interface LabHost {
  host: ShellHost;
  port: number;
  folder: string;
  home: string;
  /** Private key that may sign in. */
  keyFile: string;
  hostKeyFile: string;
  /** sshd's own log. */
  log(): Promise<string>;
  /** Kills the processes that serve open connections; what they started lives on. */
  killSessions(): Promise<number>;
  /** Sends a signal to those processes. */
  signalSessions(signal: NodeJS.Signals): Promise<number>;
  /** Ends sshd and its sessions, keeping the folder; `start` brings it back on the same port. */
  halt(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a lab host. Rejects if sshd cannot be started; see `findSshd` for whether there is one. */
export async function startLabHost(options: LabHostOptions = {}): Promise<LabHost> {
  const sshd = await findSshd();
  if (!sshd) throw new Error('There is no sshd on this machine.');
  const folder = await labFolder();
  const port = options.port ?? (await freePort());
  const files = await prepare(folder.path, options, port);
  let server: ChildProcess | undefined;
  const start = async () => {
    server = spawn(sshd, ['-D', '-f', files.config, '-E', files.log], { stdio: 'ignore' });
    server.unref();
    if (server.pid) endAtExit(server.pid);
    await waitForPort(port);
  };
  const halt = async () => {
    if (!server?.pid) return;
    const sessions = await childrenOf(server.pid);
    await ended(server);
    leftovers.delete(server.pid);
    for (const pid of sessions) endProcess(pid);
    server = undefined;
  };
  const signal = async (name: NodeJS.Signals) => {
    const sessions = server?.pid ? await childrenOf(server.pid) : [];
    for (const pid of sessions) endProcess(pid, name);
    return sessions.length;
  };
  await start();
  return {
    host: { name: options.name ?? 'lab', address: '127.0.0.1', port, user: userInfo().username, keys: [files.hostKey] },
    port,
    folder: folder.path,
    home: files.home,
    keyFile: files.userKey,
    hostKeyFile: files.hostKeyFile,
    log: () => readFile(files.log, 'utf8'),
    killSessions: () => signal('SIGKILL'),
    signalSessions: signal,
    halt,
    start,
    stop: async () => {
      await halt();
      await folder.remove();
    },
  };
}

async function prepare(folder: string, options: LabHostOptions, port: number) {
  const home = join(folder, 'home');
  await mkdir(home);
  const hostKeyFile = options.hostKeyFile ?? (await newKey(join(folder, 'host_ed25519')));
  const userKey = await newKey(join(folder, 'user_ed25519'));
  const path = `${await programFolder(folder, options)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`;
  const env = { HOME: home, PATH: path, ...options.env };
  const config = join(folder, 'sshd_config');
  await writeFile(config, [
    ...(options.settings ?? []),
    `ListenAddress 127.0.0.1`,
    `Port ${port}`,
    `HostKey ${hostKeyFile}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `AuthorizedKeysFile ${userKey}.pub`,
    `SetEnv ${Object.entries(env).map(([name, value]) => `"${name}=${value}"`).join(' ')}`,
    'MaxStartups 200:30:400',
    'MaxSessions 10',
    'UseDNS no',
    'PrintMotd no',
    'LogLevel VERBOSE',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n'));
  const hostKey = (await readFile(`${hostKeyFile}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  return { home, hostKeyFile, userKey, config, hostKey, log: join(folder, 'sshd.log') };
}

async function newKey(file: string): Promise<string> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'edge-lab', '-f', file]);
  return file;
}

/** A folder for the front of PATH with the wanted `sh` and programs. */
async function programFolder(folder: string, { sh, programs }: LabHostOptions): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const [name, text] of Object.entries(programs ?? {})) await writeFile(join(bin, name), text, { mode: 0o755 });
  if (!sh) return bin;
  const { stdout } = await run('/bin/sh', ['-c', 'command -v "$1"', 'sh', sh[0] ?? '']);
  if (sh.length === 1 || sh[1] === 'sh') await symlink(stdout.trim(), join(bin, 'sh'));
  else await writeFile(join(bin, 'sh'), `#!/bin/sh\nexec ${stdout.trim()} ${sh.slice(1).join(' ')} "$@"\n`, { mode: 0o755 });
  return bin;
}

/** Children of a process, from /proc. */
export async function childrenOf(pid: number): Promise<number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: number[] = [];
  for (const name of all) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) found.push(Number(name));
  }
  return found;
}

const leftovers = new Set<number>();
let watching = false;

/** A test that broke off leaves no sshd behind. */
function endAtExit(pid: number): void {
  if (!watching) process.once('exit', () => { for (const one of leftovers) endProcess(one); });
  watching = true;
  leftovers.add(pid);
}

function endProcess(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // gone already
  }
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.ref(); // whoever waits for its end is not to end before
    server.once('exit', () => resolve());
    if (server.exitCode !== null || server.signalCode !== null) return resolve();
    server.ref(); // whoever waits for its end is not to end before
    server.kill('SIGTERM');
  });
}
