import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HostResult } from '@edge/contracts';
import type { ShellHost } from '@edge/ports';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import ssh2, { type KeyboardAuthContext, type PasswordAuthContext } from 'ssh2';
import { generateKeyPair } from '../shell-server/generate-key-pair.js';
import { SshShell } from '../ssh-shell.js';
import type { SshShellOptions } from '../shell-options.js';

const run = promisify(execFile);
let next = 0;
let folder: string;
const at = (name: string) => join(folder, name);
const written = async (text: string, mode = 0o600) => {
  const file = at(`file-${(next += 1)}`);
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
};
const ask = async (options: SshShellOptions, host: ShellHost): Promise<HostResult> => {
  const shell = new SshShell({ identityFiles: [], connectTimeoutMs: 5000, ...options });
  const result = await shell.exec({ id: `restricted-${process.pid}-${Date.now()}-${(next += 1)}`, host, text: 'echo hi', channel: 'fast', withinMs: 10_000 }, () => undefined);
  await shell.close(200);
  return result;
};
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'edge-restrictions-')); });
afterAll(() => rm(folder, { recursive: true }));

const sshd = await findSshd();
(sshd ? describe : describe.skip)('what an ssh configuration forbids, at a real sshd', () => {
  let lab: LabHost;
  beforeAll(async () => { lab = await startLabHost({ settings: ['PasswordAuthentication yes', 'PermitRootLogin yes', 'MaxAuthTries 10'] }); });
  afterAll(() => lab.stop());
  /** What sshd says about sign-in while `work` runs. */
  const attempts = async (config: string, options: SshShellOptions = {}) => {
    const before = (await lab.log()).length;
    const result = await ask({ password: 'no such password', sshConfigPath: await written(config), ...options }, lab.host);
    const said = (await lab.log()).slice(before);
    return { result, passwords: (said.match(/Failed password/g) ?? []).length, keys: (said.match(/Accepted publickey/g) ?? []).length };
  };

  it('sends a password only where the configuration allows it', async () => {
    expect(await attempts('')).toMatchObject({ passwords: 1, result: { cause: 'auth-failed' } });
    for (const config of ['PasswordAuthentication no', 'PreferredAuthentications publickey,keyboard-interactive', `Match host ${lab.host.address}\n PasswordAuthentication no`]) {
      const { result, passwords } = await attempts(config);
      expect({ config, passwords, cause: result.cause }).toEqual({ config, passwords: 0, cause: 'auth-failed' });
    }
    expect((await attempts('PasswordAuthentication no\nKbdInteractiveAuthentication no')).result.detail).toContain('Not tried: the password (the ssh configuration does not allow it)');
  });

  it('uses keys only where the configuration allows it, and in its order', async () => {
    const identityFiles = [lab.keyFile];
    expect(await attempts('PubkeyAuthentication no', { identityFiles })).toMatchObject({ keys: 0, passwords: 1, result: { cause: 'auth-failed', detail: expect.stringContaining('keys (the ssh configuration') } });
    expect(await attempts('PreferredAuthentications password', { identityFiles })).toMatchObject({ keys: 0, passwords: 1 });
    expect(await attempts('PreferredAuthentications password,publickey', { identityFiles })).toMatchObject({ keys: 1, passwords: 1, result: { code: 0 } });
    expect(await attempts('PubkeyAuthentication unbound', { identityFiles })).toMatchObject({ keys: 1, passwords: 0, result: { code: 0 } });
  });

  it('says how many keys it does not try', async () => {
    const files: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      files.push(at(`many-${index}`));
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', files[index]!]);
    }
    const { result } = await attempts('PasswordAuthentication no', { identityFiles: [...files, lab.keyFile] });
    expect(result).toMatchObject({ cause: 'auth-failed', detail: expect.stringContaining('Not tried: 3 more keys') });
  });

  it('refuses a host whose key RevokedHostKeys lists, and everybody where that file says nothing clear', async () => {
    const by = async (path: string) => ask({ identityFiles: [lab.keyFile], sshConfigPath: await written(`RevokedHostKeys ${path}\n`) }, lab.host);
    const other = generateKeyPair('other').publicKey;
    expect(await by(await written(`# none of ours\n${other}\n`))).toMatchObject({ code: 0 });
    expect(await by(await written(`${other}\n${lab.host.keys[0]} lab\n`))).toMatchObject({ cause: 'host-key-revoked' });
    expect(await by('none')).toMatchObject({ code: 0 });
    const krl = at('krl');
    await run('ssh-keygen', ['-q', '-k', '-f', krl, await written(other)]);
    expect(await by(krl)).toMatchObject({ code: 0 });
    await run('ssh-keygen', ['-q', '-k', '-u', '-f', krl, `${lab.hostKeyFile}.pub`]);
    expect(await by(krl)).toMatchObject({ cause: 'host-key-revoked' });
    await writeFile(krl, (await readFile(krl)).subarray(0, -1));
    expect(await by(krl)).toMatchObject({ cause: 'ssh-config-refused', detail: expect.stringContaining('a KRL that cannot be read (it ends early)') });
    expect(await by(await written('ssh-ed25519 what?\n'))).toMatchObject({ cause: 'ssh-config-refused', detail: expect.stringContaining('cannot be read') });
    expect(await by(at('absent'))).toMatchObject({ cause: 'ssh-config-refused', detail: expect.stringContaining('ENOENT') });
  });

  it('believes nothing where a revocation in known_hosts cannot be read', async () => {
    const by = async (known: string) => ask({ identityFiles: [lab.keyFile], knownHostsPaths: [known] }, lab.host);
    expect(await by(await written('@revoked other ssh-ed25519 what?\nbroken line\n'))).toMatchObject({ code: 0 });
    for (const line of ['@revoked lab ssh-ed25519 what?', `@revoked [lab]:${lab.port} strange-type AAAA`, '@revoked *', '@revoked |1|broken ssh-ed25519 AAAA', '@revked lab ssh-ed25519 AAAA']) {
      expect({ line, ...(await by(await written(`${line}\n`))) }).toMatchObject({ line, cause: 'ssh-config-refused', detail: expect.stringContaining('revokes a key') });
    }
    expect(await by(folder)).toMatchObject({ cause: 'ssh-config-refused', detail: expect.stringContaining('EISDIR') });
  });

  it("heeds revocations in ssh's own known_hosts too, and trusts nobody by it", async () => {
    const homeFolder = await mkdtemp(join(folder, 'home-'));
    await mkdir(join(homeFolder, '.ssh'));
    const own = async (text: string, host = lab.host) => {
      await writeFile(join(homeFolder, '.ssh/known_hosts'), text);
      return ask({ identityFiles: [lab.keyFile], homeFolder }, host);
    };
    expect(await own(`@revoked * ${generateKeyPair('other').publicKey}\n`)).toMatchObject({ code: 0 });
    expect(await own(`@revoked * ${lab.host.keys[0]}\n`)).toMatchObject({ cause: 'host-key-revoked' });
    expect(await own(`[lab]:${lab.port} ${lab.host.keys[0]}\n`, { ...lab.host, keys: [] })).toMatchObject({ cause: 'host-key-unknown' });
  });

  it('uses no connection of before to a host whose key is believed no longer', async () => {
    const known = await written('');
    const shell = new SshShell({ identityFiles: [lab.keyFile], knownHostsPaths: [known], connectTimeoutMs: 5000 });
    const hi = (host: ShellHost) => shell.exec({ id: `trust-${process.pid}-${Date.now()}-${(next += 1)}`, host, text: 'echo hi', channel: 'fast', withinMs: 10_000 }, () => undefined);
    expect(await hi(lab.host)).toMatchObject({ code: 0 });
    expect(await hi({ ...lab.host, keys: [generateKeyPair('other').publicKey.split(' ', 2).join(' ')] })).toMatchObject({ cause: 'host-key-changed' });
    expect(await hi({ ...lab.host, keys: [] })).toMatchObject({ cause: 'host-key-unknown' });
    await writeFile(known, `@revoked * ${lab.host.keys[0]}\n`);
    let last = await hi(lab.host);
    for (let tries = 0; tries < 100 && last.cause === 'exit'; tries += 1) { // files are looked at again after 3 s
      await new Promise((go) => setTimeout(go, 100));
      last = await hi(lab.host);
    }
    expect(last).toMatchObject({ cause: 'host-key-revoked' });
    await shell.close(200);
  });

  it('follows no configuration that others can write', async () => {
    const base = { identityFiles: [lab.keyFile] };
    expect(await ask({ ...base, sshConfigPath: await written('User root\n', 0o664) }, lab.host)).toMatchObject({ cause: 'ssh-config-refused', detail: expect.stringMatching(/mode 0664.*chmod go-w/) });
    const open = await written('Port 1\n', 0o666);
    const config = await written(`Host web*\n Include ${open}\n`);
    expect(await ask({ ...base, sshConfigPath: config }, { ...lab.host, name: 'web1' })).toMatchObject({ cause: 'ssh-config-refused', detail: expect.stringContaining(`${open} can be written by others`) });
    expect(await ask({ ...base, sshConfigPath: config }, lab.host)).toMatchObject({ code: 0 });
  });

  it('trusts a host by the certificate of its RSA key, over re-keying', async () => {
    const [ca, key] = [at('rsa-ca'), at('rsa-key')];
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', ca]);
    await run('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', key]);
    await run('ssh-keygen', ['-q', '-s', ca, '-h', '-I', 'lab', '-n', 'web', `${key}.pub`]);
    const host = await startLabHost({ name: 'web', hostKeyFile: key, settings: [`HostCertificate ${key}-cert.pub`, 'RekeyLimit 1M'] });
    const known = await written(`@cert-authority web ${await readFile(`${ca}.pub`, 'utf8')}`);
    const by = { identityFiles: [host.keyFile], knownHostsPaths: [known] };
    const shell = new SshShell({ ...by, connectTimeoutMs: 5000 });
    expect(await shell.exec({ id: `rsa-${process.pid}-${Date.now()}`, host: { ...host.host, keys: [] }, text: 'head -c 4000000 /dev/zero', channel: 'fast', withinMs: 10_000 }, () => undefined)).toMatchObject({ code: 0, bytes: { stdout: 4_000_000 } });
    await shell.close(200);
    expect(await ask({ ...by, sshConfigPath: await written('HostKeyAlgorithms rsa-sha2-256-cert-v01@openssh.com\n') }, { ...host.host, keys: [] })).toMatchObject({ code: 0 });
    expect(await ask(by, { ...host.host, name: 'other', keys: [] })).toMatchObject({ cause: 'host-key-unknown' });
    await host.stop();
  });
});

/** A server that asks as told; `heard`: what it was told. */
async function startAsking(onPassword: (context: PasswordAuthContext) => void, onKeyboard: (context: KeyboardAuthContext, heard: string[]) => void) {
  const key = generateKeyPair('lab');
  const heard: string[] = [];
  const server = new ssh2.Server({ hostKeys: [key.privateKey] }, (connection) => {
    connection.on('error', () => connection.end());
    connection.on('authentication', (context) => {
      if (context.method === 'password') onPassword(context);
      else if (context.method === 'keyboard-interactive') onKeyboard(context, heard);
      else context.reject(['password', 'keyboard-interactive']);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const host: ShellHost = { name: 'srv', address: '127.0.0.1', port: address && typeof address === 'object' ? address.port : 0, user: 'deploy', keys: [key.publicKey.split(' ').slice(0, 2).join(' ')] };
  return { host, heard, stop: () => new Promise<void>((closed) => server.close(() => closed())) };
}

describe('questions at sign-in', () => {
  const only = (context: PasswordAuthContext) => context.reject(['keyboard-interactive']);
  const rounds = (...asked: { prompt: string; echo: boolean }[][]) => (context: KeyboardAuthContext, heard: string[]) => {
    const [prompts, ...rest] = asked;
    if (!prompts) return context.reject([]);
    context.prompt(prompts, (answers) => {
      heard.push(...answers);
      rounds(...rest)(context, heard);
    });
  };
  const secret = { prompt: 'Password: ', echo: false };
  const code = { prompt: 'Verification code: ', echo: true };

  it.each([
    ['one secret question', [[secret]], ['sesame'], 'refused'],
    ['the same question again', [[secret], [secret]], ['sesame'], 'after the password'],
    ['two questions at once', [[secret, code]], [], 'Verification code: '],
    ['a question whose answer is shown', [[code]], [], 'Verification code: '],
    ['a code after the password', [[secret], [code]], ['sesame'], 'Verification code: '],
    ['a new password', [[secret], [{ prompt: 'New password: ', echo: false }]], ['sesame'], 'New password: '],
  ])('are answered at most once and never aloud: %s', async (_, asked, heard, says) => {
    const server = await startAsking(only, rounds(...asked));
    const result = await ask({ password: 'sesame' }, server.host);
    expect(result).toMatchObject({ cause: 'auth-failed', detail: expect.stringContaining(says) });
    expect(server.heard).toEqual(heard);
    await server.stop();
  });

  it('say at once that a password has expired', async () => {
    const server = await startAsking((context) => context.requestChange('Change it', () => undefined), (context) => context.reject([]));
    expect(await ask({ password: 'sesame' }, server.host)).toMatchObject({ cause: 'auth-failed', detail: expect.stringContaining('expired') });
    await server.stop();
  });
});
