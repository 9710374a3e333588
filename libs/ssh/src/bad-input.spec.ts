import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { causes, type Cause, type HostResult } from '@edge/contracts';
import type { ShellHost } from '@edge/ports';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import { SshShell } from './ssh-shell.js';

const run = promisify(execFile);
const sshd = await findSshd();

/** Every kind of bad input at once, on real sshd, beside hosts that are well: each its own outcome, with one sentence and what to do. */
(sshd ? describe : describe.skip)('one bad host among good ones', () => {
  let folder: string;
  let shell: SshShell;
  let labs: Record<'good' | 'chatty' | 'noshell' | 'nohome' | 'gate', LabHost>;
  const results: Record<string, HostResult & { out: string }> = {};
  const at = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-bad-input-'));
    const [good, chatty, noshell, nohome, gate] = await Promise.all([
      startLabHost(), startLabHost(), startLabHost({ settings: ['ForceCommand echo This account is not available.; exit 1'] }), startLabHost({ env: { HOME: '/proc/none' } }), startLabHost({ settings: ['AllowTcpForwarding no'] }),
    ]);
    labs = { good, chatty, noshell, nohome, gate };
    await writeFile(join(chatty.home, '.bashrc'), 'echo welcome to this host; echo beware >&2\n');
    for (const name of ['open', 'locked', 'wrong']) await copyFile(good.keyFile, at(name));
    for (const name of ['locked', 'wrong']) {
      await chmod(at(name), 0o600);
      await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', name === 'wrong' ? 'another passphrase' : 'the passphrase', '-f', at(name)]);
    }
    await chmod(at('open'), 0o644);
    const block = (name: string, lab: LabHost, more: string[] = []) => `Host ${name}\n HostName 127.0.0.1\n Port ${lab.port}\n User ${lab.host.user}\n${more.map((line) => ` ${line}\n`).join('')}`;
    const known = at('known');
    await writeFile(known, `[127.0.0.1]:${gate.port} ${gate.host.keys[0]}\n`);
    await writeFile(at('config'), [
      ...(['good', 'good2', 'good3'] as const).map((name) => block(name, good, [`IdentityFile ${good.keyFile}`])), block('locked', good, [`IdentityFile ${at('locked')}`]),
      block('chatty', chatty, [`IdentityFile ${chatty.keyFile}`]), block('noshell', noshell, [`IdentityFile ${noshell.keyFile}`]), block('nohome', nohome, [`IdentityFile ${nohome.keyFile}`]),
      block('mode', good, [`IdentityFile ${at('open')}`]), block('passphrase', good, [`IdentityFile ${at('wrong')}`]), block('absent', good, [`IdentityFile ${at('none')}`]),
      block('refused', good, ['ProxyCommand nc %h %p']), block('strange', good, ['Strange yes']), block('badjump', good, [`IdentityFile ${good.keyFile}`, 'ProxyJump down']), block('down', good).replace(`Port ${good.port}`, 'Port 1'),
      block('shut', good, [`IdentityFile ${good.keyFile}`, 'ProxyJump gate']), block('gate', gate, [`IdentityFile ${gate.keyFile}`, `UserKnownHostsFile ${known}`]),
    ].join(''), { mode: 0o600 });
    shell = new SshShell({ sshConfigPath: at('config'), passphrase: 'the passphrase', jobsFolder: '~/jobs', connectTimeoutMs: 5000 });
    const host = (name: string, keys: string[]): ShellHost => ({ name, keys });
    const asked: ShellHost[] = [
      ...['good', 'good2', 'good3', 'locked', 'mode', 'passphrase', 'absent', 'refused', 'strange', 'badjump', 'shut'].map((name) => host(name, good.host.keys)),
      host('chatty', chatty.host.keys), host('noshell', noshell.host.keys), host('nohome', nohome.host.keys), { name: 'nowhere', address: 'no-such-host.invalid', keys: good.host.keys }, { ...good.host, name: 'stranger', keys: [] },
    ];
    await Promise.all(asked.map(async (one) => {
      let out = '';
      const result = await shell.exec({ id: `bad-${process.pid}-${Date.now()}-${one.name}`, host: one, text: 'echo hi', channel: 'durable', withinMs: 20_000 }, ({ stream, bytes }) => { if (stream === 'stdout') out += Buffer.from(bytes).toString(); });
      results[one.name] = { ...result, out };
    }));
  }, 60_000);
  afterAll(async () => {
    await shell.close(500);
    await Promise.all(Object.values(labs).map((lab) => lab.stop()));
    await rm(folder, { recursive: true });
  });

  it.each(['good', 'good2', 'good3', 'locked', 'chatty'])('%s goes on, with its own output alone', (name) => {
    expect(results[name]).toMatchObject({ outcome: 'exited', code: 0, out: 'hi\n' });
  });

  const bad: [name: string, cause: Cause, detail: RegExp][] = [
    ['mode', 'key-unusable', /open has mode 0644: run `chmod 600 .*open`\.$/],
    ['passphrase', 'key-unusable', /wrong does not open with the passphrase: correct the passphrase\.$/],
    ['absent', 'key-unusable', /none does not exist\.$/],
    ['refused', 'ssh-config-refused', /^refused: .*config:\d+: this ProxyCommand is never run\.$/],
    ['strange', 'ssh-config-refused', /^strange: .*config:\d+: the keyword "strange" is not known \(IgnoreUnknown passes over it\)\.$/],
    ['badjump', 'jump-unreachable', /^Jump host down: 127\.0\.0\.1:1: ECONNREFUSED\.$/],
    ['shut', 'unreachable', /^From jump host gate: /],
    ['noshell', 'no-posix-shell', /This account is not available/],
    ['nohome', 'home-unwritable', /\/proc\/none/],
    ['nowhere', 'name-not-resolved', /no-such-host\.invalid/],
    ['stranger', 'host-key-unknown', /SHA256:/],
  ];
  it.each(bad)('%s is stopped as %s, says why, and how to mend it', (name, cause, detail) => {
    expect(results[name]).toMatchObject({ outcome: 'not-started', cause, detail: expect.stringMatching(detail), out: '' });
    expect(causes[cause]).toMatchObject({ says: expect.stringMatching(/^[A-Z][^.]*\.$/), remedy: expect.stringMatching(/\.$/) });
  });
});
