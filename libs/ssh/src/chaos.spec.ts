import { createHash } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { HostResult } from '@edge/contracts';
import type { ShellCommand } from '@edge/ports';
import { findSshd, startFaultProxy, startLabHost, type FaultProxy, type LabHost } from '@edge/testing';
import { SshShell } from './ssh-shell.js';

let next = 0;
const newId = () => `chaos-${process.pid}-${Date.now()}-${(next += 1)}`;
const sshd = await findSshd();

(sshd ? describe : describe.skip)('SshShell through a bad network', () => {
  let lab: LabHost;
  let proxy: FaultProxy;
  let shell: SshShell;
  const run = async (text: string, more: Partial<ShellCommand> = {}) => {
    let stdout = '';
    const host = { ...lab.host, port: proxy.port };
    const started = performance.now();
    const result: HostResult = await shell.exec({ id: newId(), host, text, channel: 'durable', withinMs: 20_000, ...more }, (chunk) => {
      if (chunk.stream === 'stdout') stdout += Buffer.from(chunk.bytes).toString('latin1');
    });
    return { result, stdout, ms: performance.now() - started };
  };
  beforeAll(async () => { lab = await startLabHost(); });
  afterAll(() => lab.stop());
  const begin = async () => {
    proxy = await startFaultProxy(lab.port);
    shell = new SshShell({ identityFiles: [lab.keyFile], connectTimeoutMs: 700, keepaliveIntervalMs: 300, keepaliveCountMax: 2, killGraceMs: 1000, rescueMs: 4000 });
  };
  afterEach(async () => {
    await shell.close(100);
    await proxy.stop();
  });

  it('says unreachable where nobody listens (C1)', async () => {
    await begin();
    await proxy.stop();
    const { result, ms } = await run('true');
    expect(result).toMatchObject({ outcome: 'not-started', cause: 'unreachable' });
    expect(ms).toBeLessThan(5000);
    await begin();
  });

  it('gives a silent port up in time (C2, C12)', async () => {
    await begin();
    proxy.set({ kind: 'say', bytes: new Uint8Array(), then: 'stay' });
    expect((await run('true')).result).toMatchObject({ outcome: 'not-started', cause: 'connect-timeout' });
  });

  it('says that a host turns connections away before the handshake (C16)', async () => {
    await begin();
    proxy.set({ kind: 'say', bytes: new Uint8Array(), then: 'close' });
    const done = run('true');
    await sleep(800);
    expect(proxy.taken()).toBeGreaterThan(1);
    expect((await done).result).toMatchObject({ outcome: 'not-started', cause: 'too-many-connections' });
  });

  it('gets in where the host turns only the first connection away (C16)', async () => {
    await begin();
    proxy.set({ kind: 'refuse' });
    const done = run('echo in');
    await sleep(200);
    proxy.set({ kind: 'pass' });
    expect(await done).toMatchObject({ result: { code: 0 }, stdout: 'in\n' });
  });

  for (const [what, bytes] of Object.entries({ 'an HTTP server': 'HTTP/1.1 400 Bad Request\r\n\r\n', 'noise': '\x00\x01\x02\xff'.repeat(20_000), 'an endless banner': 'no ssh here\r\n'.repeat(20_000) })) {
    it(`says that ${what} is not SSH (C38)`, async () => {
      await begin();
      proxy.set({ kind: 'say', bytes: Buffer.from(bytes, 'latin1'), then: 'close' });
      const { result } = await run('true');
      expect(result).toMatchObject({ outcome: 'not-started', cause: 'not-ssh' });
    });
  }

  it('attaches again after resets, without losing or repeating a byte (C8)', async () => {
    await begin();
    const done = run('i=0; while [ $i -lt 30 ]; do echo line $i; i=$((i+1)); sleep 0.05; done; exit 3');
    for (let i = 0; i < 4; i += 1) {
      await sleep(350);
      proxy.reset();
    }
    const { result, stdout } = await done;
    expect(result).toMatchObject({ outcome: 'exited', code: 3 });
    expect(stdout).toBe(Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join(''));
  });

  it('brings a large output over a line that breaks at every 300 kB', async () => {
    await begin();
    await run('true');
    proxy.set({ kind: 'cut', afterBytes: 300_000 });
    const { result, stdout } = await run('i=0; while [ $i -lt 60000 ]; do echo "number $i"; i=$((i+1)); done');
    expect(result).toMatchObject({ code: 0 });
    expect(stdout).toBe(Array.from({ length: 60_000 }, (_, i) => `number ${i}\n`).join(''));
  });

  it('finds a half-open connection by keepalive and goes on when the line is back (C10, C12)', async () => {
    await begin();
    const done = run('echo a; sleep 2.5; echo b');
    await sleep(700);
    proxy.set({ kind: 'freeze' });
    await sleep(1500);
    proxy.set({ kind: 'pass' });
    expect(await done).toMatchObject({ result: { code: 0 }, stdout: 'a\nb\n' });
  });

  it('does not notice a pause shorter than the keepalive allows (C11)', async () => {
    await begin();
    const done = run('echo a; sleep 1; echo b');
    await sleep(600);
    proxy.set({ kind: 'freeze' });
    await sleep(300);
    proxy.set({ kind: 'pass' });
    expect(await done).toMatchObject({ result: { code: 0 }, stdout: 'a\nb\n' });
    expect(proxy.taken()).toBe(1);
  });

  it('says lost if the host cannot be asked until the deadline (C10)', async () => {
    await begin();
    const done = run('echo a; sleep 300', { withinMs: 1500 });
    await sleep(900);
    proxy.set({ kind: 'freeze' });
    const { result } = await done;
    expect(['lost', 'timed-out']).toContain(result.outcome);
    expect(result.detail).toBeTruthy();
  });

  it('works over a slow line', async () => {
    await begin();
    proxy.set({ kind: 'latency', ms: 30 });
    expect(await run('echo far; exit 2')).toMatchObject({ result: { code: 2 }, stdout: 'far\n' });
  });

  it('takes sshd being restarted in the middle (C9)', async () => {
    await begin();
    const done = run('echo a; sleep 1.5; echo b; exit 1');
    await sleep(600);
    await lab.halt();
    await sleep(300);
    await lab.start();
    expect(await done).toMatchObject({ result: { code: 1 }, stdout: 'a\nb\n' });
  });

  it('says that the host was restarted (C9)', async () => {
    await begin();
    const id = newId();
    const done = run('echo a; sleep 5', { id });
    await sleep(700);
    proxy.set({ kind: 'freeze' });
    const record = join(lab.home, '.edge/jobs', id, 'pid');
    const [pid, start, , ...rest] = (await readFile(record, 'utf8')).split(' ');
    await writeFile(record, [pid, start, 'another-boot', ...rest].join(' '));
    proxy.reset();
    proxy.set({ kind: 'pass' });
    expect((await done).result).toMatchObject({ outcome: 'lost', cause: 'host-rebooted' });
  });

  it('says that the supervisor is gone, and that a record is missing', async () => {
    await begin();
    const ids = [newId(), newId()];
    const killed = run('echo a; sleep 2', { id: ids[0]! });
    const removed = run('echo a; sleep 2', { id: ids[1]! });
    await sleep(800);
    const pid = (await readFile(join(lab.home, '.edge/jobs', ids[0]!, 'pid'), 'utf8')).split(' ')[0];
    process.kill(Number(pid), 'SIGKILL');
    await rm(join(lab.home, '.edge/jobs', ids[1]!), { recursive: true });
    proxy.reset();
    expect((await killed).result).toMatchObject({ outcome: 'lost', cause: 'supervisor-gone' });
    expect((await removed).result).toMatchObject({ outcome: 'lost', cause: 'record-missing' });
  });

  it('comes round a frozen sshd (C13)', async () => {
    await begin();
    await run('true');
    await lab.signalSessions('SIGSTOP');
    const { result, stdout } = await run('echo x >>"$HOME/frozen"; echo thawed');
    expect([result.code, stdout]).toEqual([0, 'thawed\n']);
    expect(await readFile(join(lab.home, 'frozen'), 'utf8')).toBe('x\n');
    await lab.killSessions();
  });

  it('ends once, however often and whenever it is cancelled (C36)', async () => {
    await begin();
    for (const wait of [0, 30, 120, 600]) {
      const id = newId();
      const done = run('echo up; sleep 0.6; exit 5', { id });
      await sleep(wait);
      const host = { ...lab.host, port: proxy.port };
      const [one, other] = await Promise.all([shell.cancel({ id, host }), shell.cancel({ id, host })]);
      const { result } = await done;
      expect(['cancelled', 'exited']).toContain(result.outcome);
      expect([one.outcome, other.outcome]).toEqual([result.outcome, result.outcome]);
      expect((await shell.cancel({ id, host })).outcome).toBe(result.outcome);
    }
  });

  it('uploads a stream whole or says that it did not (L21)', async () => {
    await begin();
    const content = async function* () {
      for (let i = 0; i < 50; i += 1) yield Buffer.alloc(100_000, i);
    };
    const hash = createHash('sha256');
    for await (const piece of content()) hash.update(piece);
    const file = { host: { ...lab.host, port: proxy.port }, path: join(lab.home, 'up/load'), content: content(), sha256: hash.digest('hex'), mode: 0o600 };
    expect(await shell.upload(file)).toMatchObject({ code: 0 });
    expect((await readFile(file.path)).length).toBe(5_000_000);
    let goOn: () => void = () => undefined;
    const broken = new Promise<void>((resolve) => { goOn = resolve; });
    const done = shell.upload({ ...file, path: join(lab.home, 'up/cut'), content: (async function* () { yield Buffer.alloc(1000); await broken; yield Buffer.alloc(10); })() });
    await sleep(150);
    proxy.reset();
    goOn();
    expect(await done).toMatchObject({ outcome: 'not-started', cause: 'upload-failed' });
    await sleep(300);
    expect(await readdir(join(lab.home, 'up'))).not.toContain('cut');
  });

  it('gives a fast command up as lost when the line breaks', async () => {
    await begin();
    const done = run('echo a; sleep 30', { channel: 'fast' });
    await sleep(600);
    proxy.reset();
    expect((await done).result).toMatchObject({ outcome: 'lost', cause: 'connection-lost' });
  });

  it('holds a slow consumer back without growing (C17)', async () => {
    await begin();
    const before = process.memoryUsage.rss();
    let bytes = 0;
    let most = 0;
    const result = await shell.exec({ id: newId(), host: { ...lab.host, port: proxy.port }, text: 'head -c 40000000 /dev/zero; head -c 20000000 /dev/zero >&2', channel: 'fast', withinMs: 60_000 }, async (chunk) => {
      bytes += chunk.bytes.length;
      most = Math.max(most, process.memoryUsage.rss());
      await new Promise((go) => setImmediate(go));
    });
    expect(result).toMatchObject({ code: 0, bytes: { stdout: 40_000_000, stderr: 20_000_000 } });
    expect(bytes).toBe(60_000_000);
    expect(most - before).toBeLessThan(150_000_000);
  }, 60_000);
});
