import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { HostResult } from '@edge/contracts';
import type { ShellHost } from '@edge/ports';
import { findSshd, startFaultProxy, startLabHost, type FaultProxy, type LabHost } from '@edge/testing';
import { SshShell } from './ssh-shell.js';
import type { SshShellOptions } from './shell-options.js';

const run = promisify(execFile);
let next = 0;
const shells: SshShell[] = [];
const shellWith = (options: SshShellOptions) => {
  const shell = new SshShell({ identityFiles: [], connectTimeoutMs: 3000, ...options });
  shells.push(shell);
  return shell;
};
const hi = async (shell: SshShell, host: ShellHost, text = 'echo hi'): Promise<HostResult & { out: string }> => {
  let out = '';
  const result = await shell.exec({ id: `cfg-${process.pid}-${Date.now()}-${(next += 1)}`, host, text, channel: 'fast', withinMs: 10_000 }, (chunk) => { out += Buffer.from(chunk.bytes).toString(); });
  return { ...result, out };
};

const sshd = await findSshd();
(sshd ? describe : describe.skip)('SshShell by an ssh configuration, over real sshd', () => {
  let one: LabHost;
  let two: LabHost;
  let far: LabHost;
  let gate: FaultProxy;
  let folder: string;
  beforeAll(async () => {
    [one, two, far] = await Promise.all([startLabHost({ name: 'one' }), startLabHost({ name: 'two' }), startLabHost({ name: 'far', settings: ['MACs hmac-sha1', 'Ciphers aes128-cbc'] })]);
    gate = await startFaultProxy(one.port);
    folder = await mkdtemp(join(tmpdir(), 'edge-through-'));
  });
  afterEach(async () => { await Promise.all(shells.splice(0).map((shell) => shell.close(300))); });
  afterAll(async () => {
    await gate.stop();
    await Promise.all([one.stop(), two.stop(), far.stop()]);
    await rm(folder, { recursive: true });
  });

  /** The lab as an ssh configuration: far behind two behind one; `more` comes first. */
  const config = async (more = '') => {
    const file = join(folder, `config-${(next += 1)}`);
    const known = `${file}-known`;
    await writeFile(known, `[127.0.0.1]:${gate.port} ${one.host.keys[0]}\n[127.0.0.1]:${two.port} ${two.host.keys[0]}\n`);
    await run('ssh-keygen', ['-q', '-H', '-f', known]);
    await writeFile(join(folder, 'hops'), `Host one\n Port ${gate.port}\n IdentityFile ${one.keyFile}\nHost two\n Port ${two.port}\n IdentityFile ${two.keyFile}\n`);
    const base = ['Match all', `Include ${folder}/hops`, 'Host far*', ` Port ${far.port}`, ` IdentityFile ${far.keyFile}`, ' ProxyJump one,two', ' MACs +hmac-sha1', ' Ciphers +aes128-cbc', 'Host *', ' HostName 127.0.0.1', ` User ${one.host.user}`, ` UserKnownHostsFile ${known}`];
    await writeFile(file, `${more}\n${base.join('\n')}\n`, { mode: 0o600 });
    return file;
  };
  const named = (name: string, keys = far.host.keys): ShellHost => ({ name, keys });

  it('reaches a host behind two jump hosts, by HostName, Port, User, IdentityFile, algorithms and Include alone', async () => {
    const shell = shellWith({ sshConfigPath: await config() });
    const before = gate.taken();
    const results = await Promise.all(['far', 'far2', 'far3'].map((name) => hi(shell, named(name), 'echo $HOME')));
    for (const result of results) expect(result).toMatchObject({ outcome: 'exited', code: 0, out: `${far.home}\n` });
    expect(gate.taken() - before).toBe(1);
    expect((await two.log()).split('\n').filter((line) => line.includes('Accepted publickey'))).toHaveLength(1);
  });

  it('gives what ssh itself gives by the same file', async () => {
    const file = await config('Host *\n StrictHostKeyChecking yes\n BatchMode yes\n LogLevel ERROR');
    const known = `${file}-known`;
    await writeFile(known, `${await readFile(known, 'utf8')}[127.0.0.1]:${far.port} ${far.host.keys[0]}\n`);
    const { stdout } = await run('ssh', ['-T', '-F', file, 'far', 'echo $HOME'], { timeout: 15_000 });
    expect(stdout).toBe(`${far.home}\n`);
    expect((await hi(shellWith({ sshConfigPath: file }), named('far', []), 'echo $HOME')).out).toBe(stdout);
  });

  it('takes ProxyCommand ssh -W for the jump it is', async () => {
    const shell = shellWith({ sshConfigPath: await config('Host far\n ProxyCommand ssh -q -W %h:%p two\nHost two\n ProxyJump one') });
    expect(await hi(shell, named('far'))).toMatchObject({ code: 0, out: 'hi\n' });
  });

  it('runs no ProxyCommand and no Match exec, refuses only their hosts, and lets the others go on', async () => {
    const canary = join(folder, 'canary');
    const shell = shellWith({ sshConfigPath: await config(`Host farbad\n ProxyCommand touch ${canary}; nc %h %p\nMatch originalhost farexec exec "touch ${canary}"\n Port 1\n`) });
    const [bad, exec, good] = await Promise.all([hi(shell, named('farbad')), hi(shell, named('farexec')), hi(shell, named('far'))]);
    expect(bad).toMatchObject({ outcome: 'not-started', cause: 'ssh-config-refused' });
    expect(bad.detail).toMatch(/^farbad: .*:2: this ProxyCommand is never run\.$/);
    expect(exec).toMatchObject({ outcome: 'not-started', cause: 'ssh-config-refused' });
    expect(exec.detail).toMatch(/Match exec is never run/);
    expect(good).toMatchObject({ code: 0 });
    await expect(stat(canary)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('names a jump host that cannot be reached, is unknown, comes back to itself or has an unusable key', async () => {
    const shell = shellWith({ sshConfigPath: await config([
      `Host down\n Port 1\n IdentityFile ${one.keyFile}`, `Host stranger\n Port ${two.port}\n UserKnownHostsFile none`, `Host keyless\n Port ${gate.port}\n IdentityFile ${folder}/none`,
      'Host fardown\n ProxyJump down', 'Host farstranger\n ProxyJump stranger', 'Host farkeyless\n ProxyJump keyless', 'Host loop1\n ProxyJump loop2\n Port 7\nHost loop2\n ProxyJump loop1\n Port 8',
    ].join('\n')) });
    expect(await hi(shell, named('fardown'))).toMatchObject({ cause: 'jump-unreachable', detail: expect.stringContaining('down') });
    expect(await hi(shell, named('farstranger'))).toMatchObject({ cause: 'host-key-unknown', detail: expect.stringContaining('stranger') });
    expect(await hi(shell, named('farkeyless'))).toMatchObject({ cause: 'key-unusable', detail: expect.stringContaining(`${folder}/none does not exist`) });
    expect(await hi(shell, named('loop1'))).toMatchObject({ cause: 'ssh-config-refused', detail: expect.stringContaining('comes back') });
  });

  it('takes the same address behind a jump for another place', async () => {
    const shell = shellWith({ sshConfigPath: await config(`Host twin\n Port ${two.port}\n IdentityFile ${two.keyFile}\n ProxyJump two\nHost two\n ProxyJump none`) });
    expect(await hi(shell, named('twin', two.host.keys))).toMatchObject({ code: 0, out: 'hi\n' });
  });

  it('judges the host behind its jumps by its own key', async () => {
    const shell = shellWith({ sshConfigPath: await config() });
    expect(await hi(shell, named('far', one.host.keys))).toMatchObject({ cause: 'host-key-changed' });
    expect(await hi(shell, named('far', []))).toMatchObject({ cause: 'host-key-unknown' });
  });

  it('takes enrolled keys for jump hosts too', async () => {
    const asked: string[] = [];
    const file = await config('Host *\n UserKnownHostsFile none');
    const shell = shellWith({ sshConfigPath: file, enrolledKeys: (name) => { asked.push(name); return { one: one.host.keys, two: two.host.keys }[name] ?? far.host.keys; } });
    expect(await hi(shell, named('far', []))).toMatchObject({ code: 0 });
    expect(asked).toEqual(['far', 'one', 'two']);
    expect(await hi(shellWith({ sshConfigPath: file }), named('far'))).toMatchObject({ cause: 'host-key-unknown' });
  });

  it('keeps to ConnectTimeout', async () => {
    const silent = await startFaultProxy(one.port);
    silent.set({ kind: 'say', bytes: Buffer.alloc(0), then: 'stay' });
    const shell = shellWith({ connectTimeoutMs: 60_000, sshConfigPath: await config(`Host silent\n Port ${silent.port}\n ConnectTimeout 1`) });
    expect(await hi(shell, named('silent'))).toMatchObject({ cause: 'connect-timeout' });
    await silent.stop();
  });

  it('finds a dead connection by ServerAliveInterval', async () => {
    const proxy = await startFaultProxy(one.port);
    const shell = shellWith({ keepaliveIntervalMs: 60_000, sshConfigPath: await config(`Host frozen\n Port ${proxy.port}\n IdentityFile ${one.keyFile}\n ServerAliveInterval 1\n ServerAliveCountMax 1`) });
    const host = named('frozen', one.host.keys);
    expect(await hi(shell, host)).toMatchObject({ code: 0 });
    const running = shell.exec({ id: `frozen-${process.pid}`, host, text: 'sleep 60', channel: 'fast', withinMs: 50_000 }, () => undefined);
    proxy.set({ kind: 'freeze' });
    const { outcome } = await running;
    expect(['lost', 'not-started']).toContain(outcome);
    await proxy.stop();
  }, 20_000);

  it('lets the inventory win over the file', async () => {
    const shell = shellWith({ sshConfigPath: await config(`Host odd\n Port 1\n HostName 203.0.113.1\n User nobody\n IdentityFile ${one.keyFile}`) });
    expect(await hi(shell, { ...one.host, name: 'odd' })).toMatchObject({ code: 0 });
  });

  it('says which configuration cannot be read', async () => {
    expect(await hi(shellWith({ sshConfigPath: join(folder, 'absent') }), one.host)).toMatchObject({ cause: 'ssh-config-refused', detail: expect.stringContaining('ENOENT') });
  });
});
