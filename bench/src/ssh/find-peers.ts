import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A tool of the same trade: how it runs one command on hosts of an ssh configuration. */
export interface Peer { name: string; command(run: { hosts: string[]; config: string; text: string; stream?: boolean; more?: string[] }): { command: string; args: string[]; env?: Record<string, string>; stdin?: string } }

export interface Peers { peers: Record<string, Peer>; absent: Record<string, string> }

/** What this machine has, and what its package registries give into a throw-away folder; the rest with the reason why not. */
export async function findPeers(folder: string): Promise<Peers> {
  const peers: Record<string, Peer> = {};
  const absent: Record<string, string> = {};
  const attempt = async (name: string, find: () => Promise<Peer>) => {
    try {
      peers[name] = await find();
    } catch (error) {
      absent[name] = reasonOf(error);
    }
  };
  await attempt('ssh', findSsh);
  await attempt('pssh', () => findPssh(join(folder, 'pssh')));
  const venv = join(folder, 'venv');
  await attempt('clush', async () => clush(await place('clush', () => fromPip(venv, 'ClusterShell', 'clush'))));
  await attempt('ansible', async () => ansible(await place('ansible', () => fromPip(venv, 'ansible-core', 'ansible'))));
  return { peers, absent };
}

function reasonOf(error: unknown): string {
  const text = (error as { stderr?: string }).stderr || (error instanceof Error ? error.message : String(error));
  return text.trim().split('\n').at(-1)?.slice(0, 160) ?? '';
}

async function place(program: string, otherwise: () => Promise<string>): Promise<string> {
  const { stdout } = await run('/bin/sh', ['-c', 'command -v "$1" || true', 'sh', program]);
  const path = stdout.trim() || (await otherwise());
  await run(path, ['--version']);
  return path;
}

async function fromPip(venv: string, distribution: string, program: string): Promise<string> {
  await run('python3', ['-m', 'venv', venv]);
  await run(join(venv, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', distribution], { timeout: 240_000 });
  return join(venv, 'bin', program);
}

async function findSsh(): Promise<Peer> {
  await run('ssh', ['-V']);
  return { name: 'OpenSSH by xargs -P 50', command: ({ hosts, config, text, more = [] }) => ({ command: 'xargs', args: ['-P', '50', '-I', '{}', 'ssh', '-F', config, ...more, '{}', text], stdin: hosts.join('\n') }) };
}

/** The one of PyPI is for Python 2; Debian's runs. */
async function findPssh(folder: string): Promise<Peer> {
  const found = await run('/bin/sh', ['-c', 'command -v pssh || command -v parallel-ssh || true']);
  const path = found.stdout.trim();
  const tool = path ? { python: [path], env: {} } : await unpackPssh(folder);
  const [command = '', ...before] = tool.python;
  await run(command, [...before, '--version'], { env: { ...process.env, ...tool.env } });
  return {
    name: 'pssh -p 50',
    command: ({ hosts, config, text, stream, more = [] }) => ({
      command, env: tool.env, args: [...before, '-p', '50', '-t', '0', '-x', ['-F', config, ...more].join(' '), ...(stream ? ['-P'] : ['-i']), ...hosts.flatMap((host) => ['-H', host]), text],
    }),
  };
}

async function unpackPssh(folder: string): Promise<{ python: string[]; env: Record<string, string> }> {
  await mkdir(folder, { recursive: true });
  await run('apt-get', ['download', 'pssh', 'python3-psshlib'], { cwd: folder, timeout: 60_000 });
  await run('/bin/sh', ['-c', 'for f in *.deb; do dpkg -x "$f" .; done'], { cwd: folder });
  return { python: ['python3', join(folder, 'usr/bin/parallel-ssh')], env: { PYTHONPATH: join(folder, 'usr/lib/python3/dist-packages') } };
}

function clush(path: string): Peer {
  return { name: 'clush -f 64', command: ({ hosts, config, text, more = [] }) => ({ command: path, args: ['-f', '64', '-q', '-o', ['-F', config, ...more].join(' '), '-w', hosts.join(','), text] }) };
}

function ansible(path: string): Peer {
  return {
    name: 'ansible -m raw -f 50',
    command: ({ hosts, config, text, more = [] }) => ({
      command: path, args: ['all', '-i', `${hosts.join(',')},`, '-f', '50', '-m', 'raw', '-a', text, '-o'],
      env: { ANSIBLE_HOST_KEY_CHECKING: 'True', ANSIBLE_SSH_ARGS: ['-F', config, ...more].join(' '), ANSIBLE_LOCALHOST_WARNING: 'False', ANSIBLE_DEPRECATION_WARNINGS: 'False' },
    }),
  };
}
