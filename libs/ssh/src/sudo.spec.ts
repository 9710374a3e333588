import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ShellCommand } from '@edge/ports';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import { SshShell } from './ssh-shell.js';

// What sudo does as far as its caller sees it: -n, -S with one line per question, rules looked at after the password, requiretty, a clean environment.
const sudo = (wants: { password?: string; tty?: boolean; says?: string; only?: string }) => `#!/bin/sh
n= p='Password: '
echo "$*" >>"$HOME/sudo.log"
while [ $# -gt 0 ]; do case $1 in -n) n=1;; -p) p=$2; shift;; -u) shift;; --) shift; break;; -*) ;; *) break;; esac; shift; done
if [ -n "${wants.tty ? 1 : ''}" ] && ! (: </dev/tty) 2>/dev/null; then echo 'sudo: sorry, you must have a tty to run sudo' >&2; exit 1; fi
if [ -n "${wants.password ?? ''}" ]; then
  [ -n "$n" ] && { echo 'sudo: a password is required' >&2; exit 1; }
  echo 'We trust you have received the usual lecture.' >&2
  tries=0
  while :; do
    printf '%s' "$p" >&2
    IFS= read -r given || { echo 'sudo: no password was provided' >&2; exit 1; }
    echo try >>"$HOME/tries"
    [ "$given" = '${wants.password ?? ''}' ] && break
    tries=$((tries + 1)); [ $tries -ge 3 ] && exit 1
    echo 'Sorry, try again.' >&2
  done
fi
[ -n "${wants.says ?? ''}" ] && { echo "${wants.says ?? ''}" >&2; exit 1; }
case $1 in ${wants.only ?? '*'}) ;; *) echo "Sorry, user me is not allowed to execute '/usr/bin/$*' as other on lab." >&2; exit 1;; esac
exec env -i PATH="$PATH" HOME="$HOME" AS=other "$@"
`;

const sshd = await findSshd();
(sshd ? describe : describe.skip)('sudo', () => {
  let lab: LabHost | undefined;
  let shell: SshShell;
  const start = async (wants: Parameters<typeof sudo>[0], sudoPassword?: string) => {
    lab = await startLabHost({ programs: { sudo: sudo(wants) } });
    shell = new SshShell({ identityFiles: [lab.keyFile], ...(sudoPassword ? { sudoPassword } : {}) });
    return lab;
  };
  const run = async (text: string, more: Partial<ShellCommand> = {}) => {
    const out = { stdout: '', stderr: '' };
    const result = await shell.exec({ id: `sudo-${process.pid}-${Math.random().toString(36).slice(2)}`, host: lab!.host, text, channel: 'durable', withinMs: 20_000, runAs: 'other', ...more }, (chunk) => {
      out[chunk.stream] += Buffer.from(chunk.bytes).toString();
    });
    return { result, ...out };
  };
  afterEach(async () => {
    await shell.close(500);
    await lab?.stop();
  });

  for (const channel of ['durable', 'fast'] as const) {
    it(`runs as another user where sudo asks nothing (${channel})`, async () => {
      await start({});
      const stdin = Buffer.from('in\0put');
      const { result, stdout, stderr } = await run('printf "%s %s " "$AS" "$WORD"; cat; echo oops >&2; exit 7', { channel, env: { WORD: `it's` }, stdin });
      expect([result.code, stdout, stderr]).toEqual([7, `other it's in\0put`, 'oops\n']);
    });
  }

  it('gives the password once, where it is asked for, and hides what sudo says', async () => {
    await start({ password: 'open sesame' }, 'open sesame');
    const { result, stdout, stderr } = await run('echo "$AS"; cat; echo err >&2; exit 3');
    expect([result.code, stdout, stderr]).toEqual([3, 'other\n', 'err\n']);
    const again = await run('echo slow >&2; sleep 0.7; echo more >&2');
    expect([again.result.code, again.stderr]).toEqual([0, 'slow\nmore\n']);
  });

  it('never shows the password in a process list, an environment or a file', async () => {
    const { home } = await start({ password: 'open sesame' }, 'open sesame');
    const { stdout } = await run(`grep -la 'ope[n] sesam[e]' /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; grep -rl 'ope[n] sesam[e]' "$HOME" 2>/dev/null; true`);
    expect(stdout).toBe('');
    expect(await readFile(join(home, 'sudo.log'), 'utf8')).not.toContain('sesame');
  });

  it('tries a wrong password once and says so', async () => {
    const { home } = await start({ password: 'right' }, 'wrong!');
    const { result } = await run('echo no');
    expect(result).toMatchObject({ outcome: 'not-started', cause: 'sudo-refused', detail: expect.stringContaining('did not take the sudo password') });
    expect(await readFile(join(home, 'tries'), 'utf8')).toBe('try\n');
  });

  it('sends a password that one host refused to no other, however many are asked at once and again (C30)', async () => {
    const { home, host } = await start({ password: 'right' }, 'wrong!');
    const many = () => Promise.all(Array.from({ length: 8 }, (_, index) => run('echo no', { host: { ...host, name: `host-${index}` } })));
    for (const { result } of [...(await many()), ...(await many())]) expect(result).toMatchObject({ outcome: 'not-started', cause: 'sudo-refused', detail: expect.stringMatching(/^host-\d did not take .*account is not locked/) });
    expect(await readFile(join(home, 'tries'), 'utf8')).toBe('try\n');
    expect((await run('echo yes', { runAs: host.user! })).stdout).toBe('yes\n');
  });

  it('tries it on one host first where sudo requires a terminal, too', async () => {
    const { home, host } = await start({ tty: true, password: 'right' }, 'wrong!');
    const many = () => Promise.all(Array.from({ length: 4 }, (_, index) => run('echo no', { host: { ...host, name: `host-${index}` } })));
    for (const { result } of [...(await many()), ...(await many())]) expect(result).toMatchObject({ cause: 'sudo-refused', detail: expect.stringMatching(/did not take .*account is not locked/) });
    expect(await readFile(join(home, 'tries'), 'utf8')).toBe('try\n');
  });

  it('goes on elsewhere with a password that was right, and tries it once on a host that has another', async () => {
    const { home } = await start({ password: 'right' }, 'right');
    const other = await startLabHost({ programs: { sudo: sudo({ password: 'another' }) }, name: 'other' });
    await copyFile(`${lab!.keyFile}.pub`, `${other.keyFile}.pub`);
    expect((await run('echo yes')).stdout).toBe('yes\n');
    for (let turn = 0; turn < 3; turn += 1) expect((await run('echo no', { host: other.host })).result).toMatchObject({ cause: 'sudo-refused' });
    expect((await run('echo yes')).stdout).toBe('yes\n');
    expect([await readFile(join(other.home, 'tries'), 'utf8'), await readFile(join(home, 'tries'), 'utf8')]).toEqual(['try\n', 'try\n'.repeat(3)]);
    await other.stop();
  });

  for (const tty of [false, true]) {
    it(`says what sudo said where the password is right and the rule is missing, and locks nothing (${tty ? 'terminal' : 'no terminal'})`, async () => {
      const { home, host } = await start({ password: 'right one', tty, says: 'me is not in the sudoers file.' }, 'right one');
      for (let turn = 0; turn < 3; turn += 1) expect((await run('echo no', { host: { ...host, name: `host-${turn % 2}` } })).result).toMatchObject({ outcome: 'not-started', cause: 'sudo-refused', detail: expect.stringMatching(/^sudo said: "me is not in the sudoers file\." A rule is missing: .*`sh`/) });
      await writeFile(join(lab!.folder, 'bin', 'sudo'), sudo({ password: 'right one', tty }));
      expect((await run('echo yes', { host: { ...host, name: 'host-0' } })).stdout).toBe('yes\n');
      expect(await readFile(join(home, 'tries'), 'utf8')).toBe('try\n'.repeat(4));
    });
  }

  it('names the program that a rule forbids, without its long text, in every command', async () => {
    await start({ password: 'right one', only: 'id' }, 'right one');
    for (let turn = 0; turn < 2; turn += 1) expect((await run('echo no')).result.detail).toMatch(/^sudo said: "Sorry, user me is not allowed to execute '\/usr\/bin\/sh -c …' as other on lab\." A rule is missing/);
  });

  it('tells no secret that sudo says', async () => {
    await start({ password: 'right one', says: 'sudo: right one and word of the command: no' }, 'right one');
    expect((await run('echo no', { redact: ['word of the command'] })).result.detail).toBe('sudo said: "sudo: [redacted] and [redacted]: no"');
  });

  it('needs no rule but one for sh', async () => {
    await start({ only: 'sh' });
    for (const channel of ['durable', 'fast'] as const) expect((await run('echo "$AS"', { channel })).stdout).toBe('other\n');
  });

  it('says that a password is wanted where none is set', async () => {
    await start({ password: 'right' });
    expect((await run('echo no')).result).toMatchObject({ outcome: 'not-started', cause: 'sudo-refused' });
  });

  it('makes a terminal for a sudo that requires one', async () => {
    await start({ tty: true });
    const { result, stdout, stderr } = await run('echo "$AS"; echo e >&2; exit 4', { env: { X: '1' } });
    expect([result.code, stdout, stderr]).toEqual([4, 'other\n', 'e\n']);
  });

  it('makes a terminal and gives the password', async () => {
    await start({ tty: true, password: 'right one' }, 'right one');
    const { result, stdout, stderr } = await run('echo "$AS"; echo e >&2; exit 4');
    expect([result.code, stdout, stderr]).toEqual([4, 'other\n', 'e\n']);
  });

  it('cancels what sudo started', async () => {
    const { host } = await start({});
    const id = `sudo-cancel-${process.pid}`;
    const running = run('echo up; sleep 300', { id });
    await sleep(600);
    expect(await shell.cancel({ id, host, runAs: 'other' })).toMatchObject({ cause: 'cancelled' });
    expect((await running).result).toMatchObject({ cause: 'cancelled' });
  });
});
