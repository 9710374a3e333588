import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutputChunk, ShellCommand } from '@edge/ports';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import { ShellClosed } from './shell-closed.js';
import { SshShell } from './ssh-shell.js';

let next = 0;
const newId = () => `cmd-${process.pid}-${Date.now()}-${(next += 1)}`;
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

class Collected {
  readonly chunks: OutputChunk[] = [];
  readonly sink = (chunk: OutputChunk) => { this.chunks.push({ ...chunk, bytes: Buffer.from(chunk.bytes) }); };
  bytes(stream: 'stdout' | 'stderr'): Buffer {
    let at = 0;
    const parts = this.chunks.filter((chunk) => chunk.stream === stream);
    for (const part of parts) {
      expect(part.offset).toBe(at);
      at += part.bytes.length;
    }
    return Buffer.concat(parts.map((part) => Buffer.from(part.bytes)));
  }
  text(stream: 'stdout' | 'stderr' = 'stdout'): string {
    return this.bytes(stream).toString('utf8');
  }
}

const sshd = await findSshd();
(sshd ? describe : describe.skip)('SshShell on a real sshd', () => {
  let lab: LabHost;
  let shell: SshShell;
  const run = async (text: string, more: Partial<ShellCommand> = {}) => {
    const out = new Collected();
    const result = await shell.exec({ id: newId(), host: lab.host, text, channel: 'durable', withinMs: 20_000, ...more }, out.sink);
    return { result, out };
  };
  beforeAll(async () => {
    lab = await startLabHost();
    shell = new SshShell({ identityFiles: [lab.keyFile] });
  });
  afterAll(async () => {
    await shell.close(1000);
    await lab.stop();
  });

  for (const channel of ['durable', 'fast'] as const) {
    describe(`${channel} channel`, () => {
      it('gives exit code, both streams, byte counts, digests, tail', async () => {
        const { result, out } = await run('echo one; echo two >&2; exit 3', { channel });
        expect(result).toMatchObject({ outcome: 'exited', cause: 'exit', code: 3, bytes: { stdout: 4, stderr: 4 } });
        expect([out.text(), out.text('stderr')]).toEqual(['one\n', 'two\n']);
        expect(result.digest).toEqual({ stdout: sha(Buffer.from('one\n')), stderr: sha(Buffer.from('two\n')) });
        expect(result.tail).toMatch(/one\n/);
      });
      it('says which signal ended the command', async () => {
        const { result } = await run('kill -9 $$', { channel });
        expect(result).toMatchObject({ outcome: 'signalled', cause: 'signal', signal: 'KILL' });
      });
      it('hands over environment and standard input, binary too', async () => {
        const stdin = Buffer.from([0, 1, 2, 39, 92, 10, 255, 0, 128, 37, 115]);
        const { result, out } = await run(`printf %s "$WORD"; cat`, { channel, stdin, env: { WORD: `it's "q" $x \\` } });
        expect(result.code).toBe(0);
        expect(out.bytes('stdout')).toEqual(Buffer.concat([Buffer.from(`it's "q" $x \\`), stdin]));
      });
      it('keeps its own variables and those of the command apart', async () => {
        const env = { d: '1', v: '2', r: '3', N: '4', HOME: '/', W: '5', I: '6' };
        const { result, out } = await run('echo $d$v$r$N$HOME$W$I; exit 8', { channel, env });
        expect([result.code, out.text()]).toEqual([8, '1234/56\n']);
      });
      it('gives an empty standard input where none is given', async () => {
        const { result, out } = await run('cat; echo end', { channel });
        expect([result.code, out.text()]).toEqual([0, 'end\n']);
      });
      it('runs in the home folder and keeps quotes, dollars and new lines as they are', async () => {
        const { out } = await run(`cd "$HOME" && pwd; echo 'a  b' "$((1+1))"\necho "don't"`, { channel });
        expect(out.text()).toBe(`${lab.home}\na  b 2\ndon't\n`);
      });
      it('brings 8 MB of binary output over without a changed byte', async () => {
        const { result, out } = await run('head -c 8388608 /dev/urandom >r; sha256sum <r >&2; cat r; rm r', { channel, withinMs: 60_000 });
        expect(out.text('stderr').slice(0, 64)).toBe(result.digest?.stdout);
        expect(sha(out.bytes('stdout'))).toBe(result.digest?.stdout);
      });
    });
  }

  it('attaches to an id that ran before, and runs it once', async () => {
    const id = newId();
    const first = await run('echo x >>count; echo done; exit 5', { id });
    const again = await run('echo x >>count; echo done; exit 5', { id });
    expect(await readFile(join(lab.home, 'count'), 'utf8')).toBe('x\n');
    expect(again.result).toMatchObject({ code: 5, digest: first.result.digest });
    expect(again.out.text()).toBe('done\n');
  });

  it('runs an id once for 20 launches at once', async () => {
    const id = newId();
    const all = await Promise.all(Array.from({ length: 20 }, () => run('echo y >>crowd; sleep 0.3; echo said; exit 4', { id })));
    expect(await readFile(join(lab.home, 'crowd'), 'utf8')).toBe('y\n');
    for (const { result, out } of all) expect([result.code, out.text()]).toEqual([4, 'said\n']);
  });

  it('streams while the command runs', async () => {
    const seen: number[] = [];
    const started = performance.now();
    const out = new Collected();
    const result = await shell.exec({ id: newId(), host: lab.host, text: 'for i in 1 2 3 4; do echo $i; sleep 0.5; done', channel: 'durable', withinMs: 20_000 }, (chunk) => {
      seen.push(performance.now() - started);
      out.sink(chunk);
    });
    expect([result.code, out.text()]).toEqual([0, '1\n2\n3\n4\n']);
    expect(seen.length).toBeGreaterThan(1);
  });

  it('comes back to the command over killed connections', async () => {
    const out = new Collected();
    const running = shell.exec({ id: newId(), host: lab.host, text: 'i=0; while [ $i -lt 40 ]; do echo $i; i=$((i+1)); sleep 0.1; done; exit 9', channel: 'durable', withinMs: 30_000 }, out.sink);
    for (let kills = 0; kills < 3; kills += 1) {
      await sleep(500);
      while ((await lab.killSessions()) === 0) await sleep(50);
    }
    expect(await running).toMatchObject({ outcome: 'exited', code: 9 });
    expect(out.text()).toBe(Array.from({ length: 40 }, (_, i) => `${i}\n`).join(''));
  });

  it('ends a command that is out of time, with all it started', async () => {
    const { result } = await run('trap "" TERM; setsid sleep 300 & sleep 301', { withinMs: 700 });
    expect(result).toMatchObject({ outcome: 'timed-out', cause: 'deadline' });
    expect(result.detail).toMatch(/proven dead/);
  }, 40_000);

  it('cancels a running command and proves it', async () => {
    const id = newId();
    const running = run('echo up; sleep 300', { id });
    await sleep(600);
    const cancelled = await shell.cancel({ id, host: lab.host });
    expect(cancelled).toMatchObject({ outcome: 'cancelled', cause: 'cancelled' });
    expect((await running).result).toMatchObject({ outcome: 'cancelled', cause: 'cancelled' });
    expect((await running).out.text()).toBe('up\n');
  });

  it('marks an unknown id so that it never starts', async () => {
    const id = newId();
    expect(await shell.cancel({ id, host: lab.host })).toMatchObject({ outcome: 'cancelled', cause: 'cancelled' });
    const { result } = await run('echo no >never', { id });
    expect(result).toMatchObject({ outcome: 'cancelled', cause: 'cancelled' });
    expect(await readdir(lab.home)).not.toContain('never');
  });

  it('answers a cancel after the end with the end', async () => {
    const id = newId();
    await run('exit 6', { id });
    expect(await shell.cancel({ id, host: lab.host })).toMatchObject({ outcome: 'exited', code: 6 });
  });

  it('refuses a changed and an unknown host key before signing in', async () => {
    const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEnB3bHQ0aK6e1qS3Yx5WbS4Y2t3lYl6c3d0bWV0aGluZ3M';
    const stranger = new SshShell({ identityFiles: [lab.keyFile] });
    const command = { id: newId(), text: 'true', channel: 'durable' as const, withinMs: 5000 };
    expect(await stranger.exec({ ...command, host: { ...lab.host, keys: [other] } }, () => undefined)).toMatchObject({ outcome: 'not-started', cause: 'host-key-changed' });
    expect(await stranger.exec({ ...command, host: { ...lab.host, keys: [] } }, () => undefined)).toMatchObject({ outcome: 'not-started', cause: 'host-key-unknown' });
    await stranger.close(100);
  });

  it('shows the keys that a host offers', async () => {
    const [key] = await shell.offeredKeys({ name: 'lab', address: '127.0.0.1', port: lab.port });
    expect(key).toMatchObject({ type: 'ssh-ed25519', key: lab.host.keys[0] });
    expect(key?.fingerprint).toMatch(/^SHA256:/);
  });

  it('lets go of a running command when it is closed; another one attaches', async () => {
    const id = newId();
    const first = new SshShell({ identityFiles: [lab.keyFile] });
    const command = { id, host: lab.host, text: 'echo once >>drained; sleep 1.2; echo end; exit 2', channel: 'durable' as const, withinMs: 20_000 };
    const left = first.exec(command, () => undefined);
    await sleep(400);
    const rejected = expect(left).rejects.toBeInstanceOf(ShellClosed);
    await first.close(100);
    await rejected;
    const { result, out } = await run(command.text, { id });
    expect([result.code, out.text(), await readFile(join(lab.home, 'drained'), 'utf8')]).toEqual([2, 'end\n', 'once\n']);
  });

  it('uploads with checksum and mode, and refuses what does not fit', async () => {
    const content = Buffer.from('hello\0world\n');
    const file = { host: lab.host, path: join(lab.home, 'a/b/c.bin'), content, sha256: sha(content), mode: 0o640 };
    expect(await shell.upload(file)).toMatchObject({ outcome: 'exited', code: 0 });
    expect(await readFile(file.path)).toEqual(content);
    expect(await shell.upload({ ...file, sha256: sha(Buffer.from('x')) })).toMatchObject({ outcome: 'not-started', cause: 'upload-failed' });
    expect(await readdir(join(lab.home, 'a/b'))).toEqual(['c.bin']);
    expect(await shell.upload({ ...file, path: '/tmp/../etc/x' })).toMatchObject({ cause: 'upload-failed' });
  });

  it('gives a typed outcome where no connection can be made', async () => {
    const at = (host: object) => run('true', { host: { ...lab.host, ...host }, withinMs: 3000 });
    expect((await at({ port: 1 })).result).toMatchObject({ outcome: 'not-started', cause: 'unreachable' });
    expect((await at({ address: 'no-such-host.invalid' })).result).toMatchObject({ outcome: 'not-started', cause: 'name-not-resolved' });
    await writeFile(join(lab.folder, 'junk'), 'junk');
    const nobody = new SshShell({ identityFiles: [join(lab.folder, 'junk')] });
    expect(await nobody.exec({ id: newId(), host: lab.host, text: 'true', channel: 'fast', withinMs: 3000 }, () => undefined)).toMatchObject({ outcome: 'not-started', cause: 'key-unusable' });
    await nobody.close(100);
  });
});
