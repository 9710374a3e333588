import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { HostResult } from '@edge/contracts';
import type { ShellHost } from '@edge/ports';
import { findSshd, startFaultProxy, startLabHost, type LabHost } from '@edge/testing';
import ssh2, { type AuthContext } from 'ssh2';
import { ConnectionPool } from './connect/connection-pool.js';
import { judgeAgainst } from './connect/host-key-verdict.js';
import type { Target } from './connect/target.js';
import { generateKeyPair } from './shell-server/generate-key-pair.js';
import { SshShell } from './ssh-shell.js';
import type { SshShellOptions } from './shell-options.js';

const run = promisify(execFile);
let next = 0;
const newId = () => `sign-${process.pid}-${Date.now()}-${(next += 1)}`;
const ask = async (options: SshShellOptions, host: ShellHost): Promise<HostResult> => {
  const shell = new SshShell({ identityFiles: [], connectTimeoutMs: 3000, ...options });
  const result = await shell.exec({ id: newId(), host, text: 'echo hi', channel: 'fast', withinMs: 10_000 }, () => undefined);
  await shell.close(200);
  return result;
};

/** An SSH server that takes sign-in as told, notes every attempt, and answers each command with exit code 0. */
async function startServer(accept: (context: AuthContext) => boolean, methods: string[]) {
  const key = generateKeyPair('lab');
  const attempts: string[] = [];
  const server = new ssh2.Server({ hostKeys: [key.privateKey] }, (connection) => {
    connection.on('error', () => connection.end());
    connection.on('authentication', (context) => {
      attempts.push(context.method);
      if (context.method === 'keyboard-interactive' && methods.includes('keyboard-interactive')) {
        return context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => (answers[0] === 'sesame' ? context.accept() : context.reject()));
      }
      if (accept(context)) context.accept();
      else context.reject(methods as never);
    });
    connection.on('session', (accepted) => accepted().on('exec', (take) => {
      const channel = take();
      channel.on('data', (script: Buffer) => {
        const marker = /EDGE-[0-9a-f]+/.exec(script.toString())?.[0] ?? '';
        channel.stderr.write(`${marker} begin \n`);
        channel.write(`${marker} begin /bin/sh\n`);
        channel.exit(0);
        channel.end();
      });
    }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  const host: ShellHost = { name: 'srv', address: '127.0.0.1', port, user: 'deploy', keys: [key.publicKey.split(' ').slice(0, 2).join(' ')] };
  return { host, attempts, stop: () => new Promise<void>((closed) => server.close(() => closed())) };
}

describe('signing in', () => {
  let stop: () => Promise<void>;
  afterEach(() => stop());

  it('sends a password where the host takes one', async () => {
    const server = await startServer((context) => context.method === 'password' && context.password === 'sesame', ['password']);
    stop = server.stop;
    expect(await ask({ password: 'sesame' }, server.host)).toMatchObject({ outcome: 'exited', code: 0 });
    expect(server.attempts).toEqual(['password']);
  });

  it('answers keyboard-interactive with the password', async () => {
    const server = await startServer(() => false, ['keyboard-interactive']);
    stop = server.stop;
    expect(await ask({ password: 'sesame' }, server.host)).toMatchObject({ outcome: 'exited', code: 0 });
  });

  it('makes few attempts and names them, so that no account is locked (C6, L16)', async () => {
    const server = await startServer(() => false, ['publickey', 'password', 'keyboard-interactive']);
    stop = server.stop;
    const result = await ask({ password: 'wrong' }, server.host);
    expect(result).toMatchObject({ outcome: 'not-started', cause: 'auth-failed' });
    expect(result.detail).toMatch(/password/);
    expect(server.attempts.length).toBeLessThanOrEqual(3);
  });

  it('sends nothing to an impostor: 0 attempts', async () => {
    const server = await startServer(() => true, ['password', 'publickey']);
    stop = server.stop;
    const other = generateKeyPair('other').publicKey.split(' ').slice(0, 2).join(' ');
    expect(await ask({ password: 'sesame' }, { ...server.host, keys: [other] })).toMatchObject({ outcome: 'not-started', cause: 'host-key-changed' });
    expect(await ask({ password: 'sesame' }, { ...server.host, keys: [] })).toMatchObject({ outcome: 'not-started', cause: 'host-key-unknown' });
    expect(server.attempts).toEqual([]);
  });
});

const sshd = await findSshd();
(sshd ? describe : describe.skip)('signing in to a real sshd', () => {
  let lab: LabHost;
  let folder: string;
  beforeAll(async () => {
    lab = await startLabHost();
    folder = await mkdtemp(join(tmpdir(), 'edge-keys-'));
  });
  afterAll(async () => {
    await lab.stop();
    await rm(folder, { recursive: true });
  });

  it('takes encrypted keys with their passphrase', async () => {
    const file = join(folder, 'locked');
    await writeFile(file, await import('node:fs/promises').then((fs) => fs.readFile(lab.keyFile)), { mode: 0o600 });
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open it', '-f', file]);
    expect(await ask({ identityFiles: [file], passphrase: 'open it' }, lab.host)).toMatchObject({ code: 0 });
    expect(await ask({ identityFiles: [file], passphrase: 'no' }, lab.host)).toMatchObject({ outcome: 'not-started' });
  });

  it('takes keys from an agent', async () => {
    const socket = join(folder, 'agent');
    const agent: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    for (let i = 0; i < 100; i += 1) {
      const added = await run('ssh-add', ['-q', lab.keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).then(() => true, () => false);
      if (added) break;
      await new Promise((go) => setTimeout(go, 20));
    }
    expect(await ask({ agentSocket: socket }, lab.host)).toMatchObject({ code: 0 });
    agent.kill();
  });

  it('says that nothing was common where the host knows only what Edge refuses', async () => {
    const old = await startLabHost({ settings: ['KexAlgorithms diffie-hellman-group14-sha1'] });
    expect(await ask({ identityFiles: [old.keyFile] }, old.host)).toMatchObject({ outcome: 'not-started', cause: 'no-common-algorithm' });
    await old.stop();
  });

  it('asks for the kind of key that is known, where the host has several (L18)', async () => {
    const rsa = join(folder, 'rsa');
    await run('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', rsa]);
    const both = await startLabHost({ settings: [`HostKey ${rsa}`] });
    const [offeredRsa] = (await new SshShell({}).offeredKeys({ name: 'both', address: '127.0.0.1', port: both.port })).filter((key) => key.type === 'ssh-rsa');
    expect(await ask({ identityFiles: [both.keyFile] }, { ...both.host, keys: [offeredRsa!.key] })).toMatchObject({ code: 0 });
    await both.stop();
  });

  it('reaches hosts through jump hosts and shares the way there', async () => {
    const [jump, behind] = await Promise.all([startLabHost({ name: 'jump' }), startLabHost({ name: 'behind' })]);
    const proxy = await startFaultProxy(jump.port);
    const target = (at: LabHost, port: number, more: Partial<Target> = {}): Target => ({
      name: at.host.name, address: '127.0.0.1', port, user: at.host.user!, judgeKey: (blob) => judgeAgainst(at.host.keys, blob), keyTypes: ['ssh-ed25519'],
      auth: [{ type: 'publickey', username: at.host.user!, key: keys.get(at)! }], connectTimeoutMs: 3000, keepaliveIntervalMs: 1000, keepaliveCountMax: 3, ...more,
    });
    const keys = new Map<LabHost, Buffer>();
    const { readFile } = await import('node:fs/promises');
    for (const one of [jump, behind]) keys.set(one, await readFile(one.keyFile));
    const pool = new ConnectionPool({ sessionsPerConnection: 8, handshakes: 10, idleMs: 60_000 });
    const far = target(behind, behind.port, { jump: target(jump, proxy.port) });
    const wrong = target(behind, behind.port, { name: 'wrong', judgeKey: () => 'changed', jump: target(jump, proxy.port) });
    const connections = await Promise.all([pool.acquire(far), pool.acquire({ ...far, name: 'behind-2' })]);
    for (const connection of connections) (await connection.exec('true', 3000)).resume().end();
    expect(proxy.taken()).toBe(1);
    await expect(pool.acquire(wrong)).rejects.toMatchObject({ cause: 'host-key-changed' });
    await expect(pool.acquire(target(behind, behind.port, { name: 'x', jump: target(jump, 1) }))).rejects.toMatchObject({ cause: 'jump-unreachable' });
    await expect(pool.acquire(target(behind, 1, { jump: target(jump, proxy.port) }))).rejects.toMatchObject({ cause: 'unreachable' });
    await pool.close(500);
    await proxy.stop();
    await Promise.all([jump.stop(), behind.stop()]);
  });
});
