import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ShellCommand } from '@edge/ports';
import { findSshd, startLabHost, type LabHost, type LabHostOptions } from '@edge/testing';
import { SshShell } from './ssh-shell.js';
import type { SshShellOptions } from './shell-options.js';

const run = promisify(execFile);
const has = (program: string) => run('/bin/sh', ['-c', `command -v ${program}`]).then(() => true, () => false);
const sshd = await findSshd();
const shells: string[][] = [];
for (const sh of [['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh'], ['ksh'], ['mksh']]) if (await has(sh[0]!)) shells.push(sh);

let lab: LabHost;
let shell: SshShell;
let next = 0;
const newId = () => `host-${process.pid}-${Date.now()}-${(next += 1)}`;
const start = async (options: LabHostOptions = {}, more: SshShellOptions = {}) => {
  lab = await startLabHost(options);
  shell = new SshShell({ identityFiles: [lab.keyFile], killGraceMs: 1000, ...more });
};
const exec = async (text: string, more: Partial<ShellCommand> = {}) => {
  const out = { stdout: '', stderr: '' };
  const result = await shell.exec({ id: newId(), host: lab.host, text, channel: 'durable', withinMs: 20_000, ...more }, (chunk) => {
    out[chunk.stream] += Buffer.from(chunk.bytes).toString('latin1');
  });
  return { result, ...out };
};
const stop = async () => {
  await shell.close(500);
  await lab.stop();
};

(sshd ? describe : describe.skip)('a host', () => {
  afterEach(stop);

  for (const sh of shells) {
    it(`may have ${sh.join(' ')} as its sh`, async () => {
      await start({ sh });
      const id = newId();
      const stdin = Buffer.from([0, 39, 92, 10, 255, 0]);
      const first = await exec(`printf %s "$WORD"; cat; echo e >&2; echo x >>count; exit 7`, { id, stdin, env: { WORD: `a'b\\ "` } });
      expect([first.result.code, first.stdout, first.stderr]).toEqual([7, `a'b\\ "${stdin.toString('latin1')}`, 'e\n']);
      const again = await exec('anything', { id });
      expect([again.result.code, again.stdout]).toEqual([7, first.stdout]);
      expect((await exec('kill -9 $$')).result).toMatchObject({ outcome: 'signalled', signal: 'KILL' });
      const slow = await exec('for i in 1 2 3; do echo $i; sleep 0.3; done');
      expect([slow.result.code, slow.stdout]).toEqual([0, '1\n2\n3\n']);
      const crowd = newId();
      const all = await Promise.all(Array.from({ length: 8 }, () => exec('echo y >>crowd; sleep 0.3; echo said', { id: crowd })));
      expect(all.map((one) => one.stdout)).toEqual(all.map(() => 'said\n'));
      expect([await readFile(join(lab.home, 'count'), 'utf8'), await readFile(join(lab.home, 'crowd'), 'utf8')]).toEqual(['x\n', 'y\n']);
      expect((await exec('trap "" TERM; setsid sleep 300 & sleep 301', { withinMs: 600 })).result).toMatchObject({ cause: 'deadline', detail: expect.stringMatching(/proven dead/) });
      const never = newId();
      expect(await shell.cancel({ id: never, host: lab.host })).toMatchObject({ cause: 'cancelled' });
      expect((await exec('touch no', { id: never })).result).toMatchObject({ cause: 'cancelled' });
      expect((await exec('echo fast; exit 3', { channel: 'fast' })).result.code).toBe(3);
      const orphan = newId();
      const left = exec('echo e >&2; sleep 3', { id: orphan });
      const record = join(lab.home, '.edge/jobs', orphan, 'pid');
      let supervisor = '';
      while (!supervisor) supervisor = await readFile(record, 'utf8').catch(() => sleep(50, ''));
      await sleep(200);
      process.kill(Number(supervisor.split(' ')[0]), 'SIGKILL');
      expect(await left).toMatchObject({ result: { outcome: 'lost', cause: 'supervisor-gone' }, stdout: '', stderr: 'e\n' });
    }, 60_000);
  }

  it('may print when anybody signs in (C31)', async () => {
    await start();
    await writeFile(join(lab.home, '.bashrc'), 'echo welcome to this host; echo beware >&2\n');
    for (const channel of ['durable', 'fast', 'fast'] as const) {
      const { result, stdout, stderr } = await exec('echo mine; echo err >&2; exit 2', { channel });
      expect([result.code, stdout, stderr]).toEqual([2, 'mine\n', 'err\n']);
    }
  });

  it('may have no shell that answers (C31)', async () => {
    await start({ settings: ['ForceCommand echo This account is not available.; exit 1'] });
    for (const channel of ['durable', 'fast'] as const) {
      const { result } = await exec('echo mine', { channel });
      expect(result).toMatchObject({ outcome: 'not-started', cause: 'no-posix-shell', detail: expect.stringMatching(/not available/) });
    }
  });

  it('says cancelled where the cancel came between the claim and the start (C36)', async () => {
    const cancelling = `#!/bin/sh\n/bin/mkdir "$@" || exit\nfor last; do :; done\ncase $last in */jobs/*) ln -s cancelled "$last/decided";; esac\n`;
    await start({ programs: { mkdir: cancelling } });
    const { result, stdout } = await exec('echo ran | tee ran');
    expect(result).toMatchObject({ outcome: 'cancelled', cause: 'cancelled' });
    expect([stdout, await readdir(lab.home)]).toEqual(['', ['.edge']]);
  });

  it('may have no setsid', async () => {
    await start({ programs: { setsid: '#!/bin/sh\nexit 127\n' } });
    expect((await exec('echo on; exit 1')).result.code).toBe(1);
  });

  it('may refuse to run files in its home (noexec does not matter: files are read, not run)', async () => {
    await start();
    const { stdout } = await exec('ls -l ~/.edge/jobs/*/cmd | cut -c1-10 | sort -u');
    expect(stdout).toBe('-rw-r--r--\n');
  });

  it('keeps job records to its user', async () => {
    await start();
    const { stdout } = await exec('umask; ls -ld "$HOME/.edge/jobs"/* | cut -c1-10 | sort -u');
    expect(stdout).toBe('0022\ndrwx------\n');
  });

  it('caps what a command writes, marks the cut, and says so', async () => {
    await start({}, { maxOutputBytes: 8192 });
    const { result, stdout } = await exec('i=0; while [ $i -lt 5000 ]; do echo "line $i"; i=$((i+1)); done; exit 4');
    expect(result).toMatchObject({ code: 4, truncated: true });
    expect(stdout.length).toBeLessThan(8400);
    expect(stdout).toMatch(/\[edge: output was cut after 8192 bytes\]\n$/);
  });

  it('finds its disk not filled by an endless writer', async () => {
    await start({}, { maxOutputBytes: 1024 * 1024 });
    const id = newId();
    const done = exec('while :; do head -c 1000000 /dev/zero; sleep 0.05; done', { id, withinMs: 6000 });
    await sleep(5500);
    const { size } = await stat(join(lab.home, '.edge/jobs', id, 'out'));
    expect(size).toBeLessThan(60_000_000);
    const { result } = await done;
    expect(result).toMatchObject({ cause: 'deadline', truncated: true });
    expect(result.bytes?.stdout).toBeGreaterThan(size);
  });

  it('never sees a secret come back in any form', async () => {
    await start();
    const secret = 'pa55-wörd+/=zz';
    const { stdout } = await exec('printf "%s\\n" "$P"; printf %s "$P" | base64; printf %s "xx$P" | base64; printf %s "$P" | od -An -tx1 | tr -d " \\n"; printf abc; sleep 0.4; printf "%s" "$P" | cut -c1-4 | tr -d "\\n"; sleep 0.4; printf %s "$P" | cut -c5-', { env: { P: secret }, redact: [secret] });
    const forms = [Buffer.from(secret).toString('latin1'), Buffer.from(secret).toString('base64').slice(0, 16), Buffer.from(secret).toString('hex')];
    for (const form of forms) expect(stdout).not.toContain(form);
    expect(stdout.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(5);
  });

  it('keeps no secret of a command in a file or a process list', async () => {
    await start();
    const look = 'grep -rl "hunte[r]2" "$HOME" 2>/dev/null; grep -la "hunte[r]2" /proc/[0-9]*/cmdline 2>/dev/null; true';
    for (const channel of ['durable', 'fast'] as const) {
      const { result, stdout } = await exec(look, { channel, env: { SECRET: 'hunter2-by-env' }, stdin: Buffer.from('hunter2-by-stdin') });
      expect([result.code, stdout]).toEqual([0, '']);
    }
    expect((await exec(look)).stdout).toBe('');
  });

  it('is left alone by connections that nobody uses', async () => {
    await start({}, { idleMs: 200 });
    await exec('true');
    for (let i = 0; i < 50 && (await lab.signalSessions('SIGCONT')) > 0; i += 1) await sleep(100);
    expect(await lab.signalSessions('SIGCONT')).toBe(0);
    expect((await exec('exit 3')).result.code).toBe(3);
  });

  it('is swept of records of commands that ended, and only of those', async () => {
    await start();
    const [old, young, running] = [newId(), newId(), newId()];
    await exec('echo old', { id: old });
    await exec('echo young', { id: young });
    const done = exec('sleep 2; echo slow', { id: running });
    await sleep(500);
    const jobs = join(lab.home, '.edge/jobs');
    const longAgo = new Date(Date.now() - 20 * 86_400_000);
    for (const id of [old, running]) await utimes(join(jobs, id), longAgo, longAgo);
    expect(await shell.cleanHost(lab.host)).toMatchObject({ outcome: 'exited', code: 0, detail: '1 job records removed, 2 kept.' });
    expect((await readdir(jobs)).sort()).toEqual([young, running].sort());
    expect(await shell.cleanHost(lab.host, { keepBytes: 0 })).toMatchObject({ detail: '1 job records removed, 1 kept.' });
    expect((await done).stdout).toBe('slow\n');
  });

  it('keeps nothing of Edge running after a command', async () => {
    await start();
    const id = newId();
    await exec('echo a; sleep 0.8; echo b', { id });
    await exec('exit 1');
    await shell.close(1000);
    await sleep(300);
    const { stdout } = await run('ps', ['-A', '-o', 'args']);
    expect(stdout.split('\n').filter((line) => line.includes(lab.home))).toEqual([]);
  });
});

const root = process.getuid?.() === 0;
const mounts = root && (await run('/bin/sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$d" && umount "$d"; r=$?; rmdir "$d"; exit $r']).then(() => true, () => false));
(sshd && mounts ? describe : describe.skip)('a host with a bad file system (needs mounts)', () => {
  afterEach(stop);

  it('with a full home says so, and starts nothing (C25)', async () => {
    await start({ env: { XDG_RUNTIME_DIR: '/nonexistent', LOGNAME: 'no/such' } });
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', lab.home]);
    try {
      await mkdir(join(lab.home, '.edge/jobs'), { recursive: true });
      await writeFile(join(lab.home, 'fill'), Buffer.alloc(65_536)).catch(() => undefined);
      expect((await exec('echo x')).result).toMatchObject({ outcome: 'not-started', cause: 'disk-full' });
      await run('rm', [join(lab.home, 'fill')]);
      expect((await exec(`head -c 100000 /dev/zero >fill; echo out; exit 9`)).result).toMatchObject({ outcome: 'exited', code: 9 });
    } finally {
      await shell.close(500);
      await run('umount', ['-l', lab.home]);
    }
  });

  it('with a home that cannot be written keeps its records elsewhere, and names the place (C26)', async () => {
    const elsewhere = join('/dev/shm', `edge-runtime-${process.pid}`);
    await mkdir(elsewhere, { mode: 0o700 });
    await start({ env: { XDG_RUNTIME_DIR: elsewhere } });
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k,ro', 'tmpfs', lab.home]);
    try {
      const id = newId();
      const { result, stdout } = await exec('echo here; exit 2', { id });
      expect(result).toMatchObject({ code: 2, detail: expect.stringContaining(elsewhere) });
      expect(stdout).toBe('here\n');
      expect((await exec('echo again', { id })).stdout).toBe('here\n');
      expect(await readdir(join(elsewhere, 'edge/jobs'))).toContain(id);
    } finally {
      await shell.close(500);
      await run('umount', ['-l', lab.home]);
      await run('rm', ['-r', elsewhere]);
    }
  });

  it('without any place for records says that the home cannot be written (C26)', async () => {
    await start({ env: { XDG_RUNTIME_DIR: '/proc/none' } });
    const file = join(lab.folder, 'file');
    await writeFile(file, '');
    await chmod(file, 0o644);
    const elsewhere = new SshShell({ identityFiles: [lab.keyFile], jobsFolder: join(file, 'jobs') });
    const result = await elsewhere.exec({ id: newId(), host: lab.host, text: 'echo x', channel: 'durable', withinMs: 5000 }, () => undefined);
    expect(result).toMatchObject({ outcome: 'not-started', cause: 'home-unwritable' });
    await elsewhere.close(100);
  });
});
