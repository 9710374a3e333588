import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { HostResult } from '@edge/contracts';
import type { ShellHost } from '@edge/ports';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import { SshShell } from '../ssh-shell.js';
import type { SshShellOptions } from '../shell-options.js';

const run = promisify(execFile);
let next = 0;
const ask = async (options: SshShellOptions, host: ShellHost, text = 'echo hi'): Promise<HostResult> => {
  const shell = new SshShell({ identityFiles: [], connectTimeoutMs: 5000, ...options });
  const result = await shell.exec({ id: `ways-${process.pid}-${Date.now()}-${(next += 1)}`, host, text, channel: 'fast', withinMs: 10_000 }, () => undefined);
  await shell.close(200);
  return result;
};

const sshd = await findSshd();
(sshd ? describe : describe.skip)('ways to sign in to a real sshd', () => {
  let folder: string;
  let lab: LabHost;
  const agents: ChildProcess[] = [];
  const at = (name: string) => join(folder, name);
  const newKey = async (name: string, ...options: string[]) => {
    await run('ssh-keygen', ['-q', '-N', '', '-C', name, ...(options.length > 0 ? options : ['-t', 'ed25519']), '-f', at(name)]);
    return at(name);
  };
  const startAgent = async (...keys: string[]): Promise<string> => {
    const socket = at(`agent-${(next += 1)}`);
    agents.push(spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' }));
    for (const key of keys) {
      for (let attempt = 0; attempt < 200; attempt += 1) {
        if (await run('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).then(() => true, () => false)) break;
        await new Promise((go) => setTimeout(go, 20));
      }
    }
    return socket;
  };
  const configured = async (text: string) => {
    const file = at(`config-${(next += 1)}`);
    await writeFile(file, text);
    return file;
  };
  /** Sign-ins that sshd refused since then. */
  const refusals = async (since: number) => ((await lab.log()).slice(since).match(/Failed publickey|Connection closed by authenticating|maximum authentication attempts/g) ?? []);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-ways-'));
    lab = await startLabHost();
  });
  afterEach(() => { for (const agent of agents.splice(0)) agent.kill(); });
  afterAll(async () => {
    await lab.stop();
    await rm(folder, { recursive: true });
  });

  it('names the file and the remedy where a key cannot be used', async () => {
    const open = at('open');
    await copyFile(lab.keyFile, open);
    await chmod(open, 0o644);
    const locked = at('locked');
    await copyFile(lab.keyFile, locked);
    await chmod(locked, 0o600);
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open it', '-f', locked]);
    const detail = async (options: SshShellOptions) => {
      const result = await ask(options, lab.host);
      expect(result).toMatchObject({ outcome: 'not-started', cause: 'key-unusable' });
      return result.detail;
    };
    expect(await detail({ identityFiles: [open] })).toContain(`${open} has mode 0644: run \`chmod 600 ${open}\``);
    expect(await detail({ identityFiles: [locked] })).toContain(`${locked} is encrypted: set its passphrase`);
    expect(await detail({ identityFiles: [locked], passphrase: 'wrong' })).toContain(`${locked} does not open with the passphrase`);
    expect(await detail({ identityFiles: [`${lab.keyFile}.pub`] })).toContain('.pub');
    expect(await detail({ identityFiles: [at('none')] })).toContain(`${at('none')} does not exist`);
    expect(await ask({ identityFiles: [locked], passphrase: 'open it' }, lab.host)).toMatchObject({ code: 0 });
    expect(await ask({ identityFiles: [open, lab.keyFile] }, lab.host)).toMatchObject({ code: 0 });
  });

  it('says what was not tried where the rest was refused', async () => {
    const stranger = await newKey('stranger');
    const result = await ask({ identityFiles: [stranger, at('none')] }, lab.host);
    expect(result).toMatchObject({ cause: 'auth-failed' });
    expect(result.detail).toContain(`Not tried: ${at('none')} does not exist`);
  });

  it('keeps below MaxAuthTries with an agent full of keys, and takes only named ones with IdentitiesOnly', async () => {
    const strangers = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((index) => newKey(`full-${index}`)));
    const socket = await startAgent(...strangers, lab.keyFile);
    const before = (await lab.log()).length;
    expect(await ask({ agentSocket: socket }, lab.host)).toMatchObject({ cause: 'auth-failed' });
    expect((await refusals(before)).join()).not.toContain('maximum authentication attempts');
    // The key is named, and used from the agent: its file says only the public half.
    await copyFile(`${lab.keyFile}.pub`, at('named.pub'));
    expect(await ask({ agentSocket: socket, identityFiles: [at('named')] }, lab.host)).toMatchObject({ code: 0 });
    const only = await configured(`IdentitiesOnly yes\nIdentityFile ${strangers[0]}\n`);
    expect(await ask({ agentSocket: await startAgent(lab.keyFile), sshConfigPath: only }, lab.host)).toMatchObject({ cause: 'auth-failed' });
    expect(await ask({ agentSocket: await startAgent(lab.keyFile), sshConfigPath: await configured(`IdentityFile ${strangers[0]}\n`) }, lab.host)).toMatchObject({ code: 0 });
  });

  it('takes the agent that IdentityAgent names, or none', async () => {
    const socket = await startAgent(lab.keyFile);
    expect(await ask({ sshConfigPath: await configured(`IdentityAgent ${socket}\n`) }, lab.host)).toMatchObject({ code: 0 });
    expect(await ask({ agentSocket: socket, sshConfigPath: await configured('IdentityAgent none\n') }, lab.host)).toMatchObject({ outcome: 'not-started' });
    const dead = await ask({ agentSocket: at('no-agent') }, lab.host);
    expect(dead).toMatchObject({ cause: 'key-unusable', detail: expect.stringContaining(`The agent at ${at('no-agent')}`) });
  });

  it.each([['ed25519'], ['ecdsa', '-b', '256'], ['ecdsa', '-b', '521'], ['rsa', '-b', '2048']])('signs in by a certificate for a key of the kind %s %s %s', async (...kind) => {
    const ca = await newKey(`user-ca-${(next += 1)}`);
    const user = lab.host.user!;
    const host = await startLabHost({ settings: [`TrustedUserCAKeys ${ca}.pub`, 'AuthorizedKeysFile none'] });
    const key = await newKey(`certified-${(next += 1)}`, '-t', ...kind);
    expect(await ask({ identityFiles: [key] }, host.host)).toMatchObject({ cause: 'auth-failed' });
    await run('ssh-keygen', ['-q', '-s', ca, '-I', 'lab', '-n', user, '-V', '-1h:+1h', `${key}.pub`]);
    expect(await ask({ identityFiles: [key] }, host.host)).toMatchObject({ code: 0 });
    await copyFile(`${key}-cert.pub`, `${key}-elsewhere`);
    await rm(`${key}-cert.pub`);
    expect(await ask({ sshConfigPath: await configured(`IdentityFile ${key}\nCertificateFile ${key}-elsewhere\n`) }, host.host)).toMatchObject({ code: 0 });
    await run('ssh-keygen', ['-q', '-s', ca, '-I', 'lab', '-n', user, '-V', '-2h:-1h', `${key}.pub`]);
    expect(await ask({ identityFiles: [key] }, host.host)).toMatchObject({ cause: 'auth-failed', detail: expect.stringContaining('has expired') });
    await run('ssh-keygen', ['-q', '-s', ca, '-I', 'lab', '-n', 'somebody', `${key}.pub`]);
    expect(await ask({ identityFiles: [key] }, host.host)).toMatchObject({ cause: 'auth-failed' });
    await host.stop();
  });

  it.each([['ed25519'], ['ecdsa', '-b', '256'], ['ecdsa', '-b', '384']])('trusts a host by its certificate alone, of the kind %s %s %s, over re-keying', async (...kind) => {
    const ca = await newKey(`host-ca-${(next += 1)}`);
    const key = await newKey(`host-key-${(next += 1)}`, '-t', ...kind);
    const certify = async (principal: string, validity = '-1h:+1h') => {
      await run('ssh-keygen', ['-q', '-s', ca, '-h', '-I', 'lab', '-n', principal, '-V', validity, `${key}.pub`]);
    };
    await certify('web');
    const host = await startLabHost({ name: 'web', hostKeyFile: key, settings: [`HostCertificate ${key}-cert.pub`, 'RekeyLimit 1M'] });
    const known = at(`known-${(next += 1)}`);
    await writeFile(known, `@cert-authority web ${await readFile(`${ca}.pub`, 'utf8')}`);
    const by = { identityFiles: [host.keyFile], knownHostsPaths: [known] };
    const stranger = { ...host.host, keys: [] };
    expect(await ask(by, stranger, 'head -c 8000000 /dev/zero')).toMatchObject({ outcome: 'exited', code: 0, bytes: { stdout: 8_000_000 } });
    expect(await ask({ ...by, knownHostsPaths: [] }, stranger)).toMatchObject({ cause: 'host-key-unknown' });
    expect(await ask(by, { ...stranger, name: 'other' })).toMatchObject({ cause: 'host-key-unknown' });
    await writeFile(known, `@cert-authority * ${await readFile(`${ca}.pub`, 'utf8')}`);
    expect(await ask(by, { ...stranger, name: 'other' })).toMatchObject({ cause: 'host-key-unknown', detail: expect.stringContaining('it is for web') });
    await certify('web', '-2h:-1h');
    await host.halt();
    await host.start();
    expect(await ask(by, stranger)).toMatchObject({ cause: 'host-key-unknown', detail: expect.stringContaining('it was valid until') });
    await writeFile(known, `@cert-authority * ${await readFile(`${ca}.pub`, 'utf8')}@revoked * ${host.host.keys[0]}\n`);
    expect(await ask(by, host.host)).toMatchObject({ cause: 'host-key-revoked' });
    await host.stop();
  });

  it('trusts by known_hosts beside the enrolled keys, and refuses a changed key', async () => {
    const known = at(`known-${(next += 1)}`);
    const by = { identityFiles: [lab.keyFile], knownHostsPaths: [known] };
    const stranger = { ...lab.host, keys: [] };
    await writeFile(known, `[lab]:${lab.port} ${lab.host.keys[0]}\n`);
    expect(await ask(by, stranger)).toMatchObject({ code: 0 });
    await run('ssh-keygen', ['-q', '-H', '-f', known]);
    expect(await ask(by, stranger)).toMatchObject({ code: 0 });
    const other = (await readFile(`${await newKey(`other-${(next += 1)}`)}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
    await writeFile(known, `[lab]:${lab.port} ${other}\n`);
    expect(await ask(by, stranger)).toMatchObject({ cause: 'host-key-changed' });
    await writeFile(known, `alias ${lab.host.keys[0]}\n`);
    expect(await ask({ ...by, sshConfigPath: await configured('HostKeyAlias alias\n') }, stranger)).toMatchObject({ code: 0 });
  });
});
