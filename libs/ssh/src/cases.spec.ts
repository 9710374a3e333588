import { copyFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { HostResult } from '@edge/contracts';
import type { ShellHost } from '@edge/ports';
import { findSshd, startFaultProxy, startLabHost, type LabHost } from '@edge/testing';
import type { SshShellOptions } from './shell-options.js';
import { SshShell } from './ssh-shell.js';

let next = 0;
const newId = () => `case-${process.pid}-${Date.now()}-${(next += 1)}`;
const sshd = await findSshd();

(sshd ? describe : describe.skip)('the executor on real sshd', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => { for (const end of ends.splice(0).reverse()) await end(); });
  const startLab = async (options: Parameters<typeof startLabHost>[0] = {}): Promise<LabHost> => {
    const lab = await startLabHost(options);
    ends.push(() => lab.stop());
    return lab;
  };
  const startShell = (options: SshShellOptions) => {
    const shell = new SshShell({ connectTimeoutMs: 1500, keepaliveIntervalMs: 500, keepaliveCountMax: 2, rescueMs: 1500, killGraceMs: 500, ...options });
    ends.push(() => shell.close(200));
    return shell;
  };
  const run = (shell: SshShell, host: ShellHost, text: string, more: { channel?: 'fast' | 'durable'; withinMs?: number } = {}): Promise<HostResult> =>
    shell.exec({ id: newId(), host, text, channel: 'durable', withinMs: 20_000, ...more }, () => undefined);

  it('comes back to all hosts behind a jump host that was lost, and names it where it stays away (C14)', async () => {
    const [gate, far] = await Promise.all([startLab({ name: 'gate' }), startLab({ name: 'far' })]);
    const proxy = await startFaultProxy(gate.port);
    ends.push(() => proxy.stop());
    const [config, known] = [join(gate.folder, 'config'), join(gate.folder, 'known')];
    await writeFile(known, `[127.0.0.1]:${proxy.port} ${gate.host.keys[0]}\n`);
    const behind = `Host far*\n HostName 127.0.0.1\n Port ${far.port}\n IdentityFile ${far.keyFile}\n ProxyJump gate\n`;
    await writeFile(config, `${behind}Host gate\n HostName 127.0.0.1\n Port ${proxy.port}\n IdentityFile ${gate.keyFile}\n UserKnownHostsFile ${known}\n`, { mode: 0o600 });
    const shell = startShell({ sshConfigPath: config });
    const hosts = ['far1', 'far2', 'far3'].map((name): ShellHost => ({ name, keys: far.host.keys }));
    const all = (text: string, withinMs: number) => Promise.all(hosts.map((host) => run(shell, host, text, { withinMs })));
    const back = all('echo a; sleep 1.5; echo b; exit 4', 20_000);
    await sleep(900);
    proxy.reset();
    expect((await back).map(({ code }) => code)).toEqual([4, 4, 4]);
    const away = all('sleep 30', 2500);
    await sleep(900);
    proxy.set({ kind: 'refuse' });
    proxy.reset();
    for (const result of await away) expect(result).toMatchObject({ detail: expect.stringMatching(/Jump host gate/) });
    proxy.set({ kind: 'pass' });
  });

  it('keeps what a command may write of 100 MB, counts it all, and does not grow (C18)', async () => {
    const lab = await startLab();
    const shell = startShell({ identityFiles: [lab.keyFile], maxOutputBytes: 4 * 1024 * 1024 });
    const before = process.memoryUsage.rss();
    let [shipped, most] = [0, 0];
    const result = await shell.exec({ id: newId(), host: lab.host, text: 'head -c 100000000 /dev/zero', channel: 'durable', withinMs: 60_000 }, ({ bytes }) => {
      shipped += bytes.length;
      most = Math.max(most, process.memoryUsage.rss());
    });
    expect(result).toMatchObject({ outcome: 'exited', code: 0, truncated: true, bytes: { stdout: 100_000_000 } });
    expect(shipped).toBeLessThan(4 * 1024 * 1024 + 200);
    expect(most - before).toBeLessThan(150_000_000);
  }, 60_000);

  it('goes on with what runs where a key file has gone, and starts nothing new with it (C35)', async () => {
    const [lab, other] = await Promise.all([startLab(), startLab()]);
    const key = join(lab.folder, 'passing');
    await copyFile(lab.keyFile, key);
    const shell = startShell({ identityFiles: [key] });
    const running = run(shell, lab.host, 'sleep 1.5; exit 6');
    await sleep(700);
    await rm(key);
    await sleep(100);
    const fresh = startShell({ identityFiles: [key] });
    expect(await run(fresh, other.host, 'echo never')).toMatchObject({ outcome: 'not-started', cause: 'key-unusable', detail: expect.stringContaining(key) });
    expect(await running).toMatchObject({ code: 6 });
  });

  it('takes no harm from an event loop that stands still longer than the keepalive allows (C33, L11)', async () => {
    const lab = await startLab();
    const shell = startShell({ identityFiles: [lab.keyFile], keepaliveIntervalMs: 200, keepaliveCountMax: 2 });
    const done = run(shell, lab.host, 'echo a; sleep 2; echo b; exit 3', { channel: 'fast' });
    await sleep(600);
    const until = performance.now() + 1200;
    while (performance.now() < until) continue;
    expect(await done).toMatchObject({ outcome: 'exited', code: 3, bytes: { stdout: 4 } });
  });

  it('says unreachable where no way leads (C3)', async () => {
    const result = await run(startShell({ password: 'any', identityFiles: [] }), { name: 'nowhere', address: '255.255.255.255', port: 22, keys: [] }, 'true');
    expect(result).toMatchObject({ outcome: 'not-started', cause: 'unreachable' });
  });

  it('says which signal came from elsewhere (C24)', async () => {
    const lab = await startLab();
    const shell = startShell({ identityFiles: [lab.keyFile] });
    for (const channel of ['durable', 'fast'] as const) {
      expect(await run(shell, lab.host, 'kill -SEGV $$', { channel })).toMatchObject({ outcome: 'signalled', signal: 'SEGV' });
    }
  });

  it('leaves no descriptor, timer or listener behind (L13)', async () => {
    const lab = await startLab();
    const open = async () => ({ files: (await readdir('/proc/self/fd')).length, timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length });
    const round = async () => {
      const shell = new SshShell({ identityFiles: [lab.keyFile] });
      for (let n = 0; n < 5; n += 1) await Promise.all((['fast', 'durable'] as const).map((channel) => run(shell, lab.host, `exit ${n}`, { channel })));
      expect(await run(shell, { ...lab.host, port: 1 }, 'true')).toMatchObject({ cause: 'unreachable' });
      await shell.close(1000);
      await sleep(50);
    };
    await round();
    const before = await open();
    for (let n = 0; n < 2; n += 1) await round();
    const after = await open();
    expect(after.files).toBeLessThanOrEqual(before.files);
    expect(after.timers).toBeLessThanOrEqual(before.timers + 1);
  }, 60_000);

  it('shows keys for enrolment and stores none by itself (L2)', async () => {
    const lab = await startLab();
    const shell = startShell({ identityFiles: [lab.keyFile], homeFolder: lab.home });
    await shell.offeredKeys({ name: 'lab', address: '127.0.0.1', port: lab.port });
    expect(await run(shell, { ...lab.host, keys: [] }, 'true')).toMatchObject({ outcome: 'not-started', cause: 'host-key-unknown' });
    expect(await readdir(lab.home)).not.toContain('.ssh');
    expect(await lab.log()).not.toContain('Accepted');
  });
});
