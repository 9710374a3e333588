import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { causes, type Cause } from '@edge/contracts';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import { runCli } from '../cli/run-cli.js';
import { demoFolder, removeFolder } from './demo-data.js';
import { EdgeProcess } from './edge-process.js';

type Answers = Record<string, Record<string, [number | null, boolean, string[]]>>;

const run = promisify(execFile);
const sshd = await findSshd();
/** What `libs/ssh/src/bad-input.spec.ts` shows of the library, as callers of Edge get it. */
(sshd ? describe : describe.skip)('hosts of which something is wrong, through a running Edge', () => {
  let data: string;
  let edge: EdgeProcess;
  let labs: LabHost[] = [];

  beforeAll(async () => {
    data = await demoFolder();
    labs = await Promise.all([startLabHost(), startLabHost(), startLabHost({ settings: ['ForceCommand echo This account is not available.; exit 1'] }), startLabHost({ env: { HOME: '/proc/none', XDG_RUNTIME_DIR: '/proc/none', LOGNAME: 'no/such' } })]);
    const [good, chatty, noshell, nohome] = labs as [LabHost, LabHost, LabHost, LabHost];
    writeFileSync(join(chatty.home, '.bashrc'), 'echo welcome to this host; echo beware >&2\n');
    const [open, wrong] = [join(data, 'open'), join(data, 'wrong')];
    for (const file of [open, wrong]) copyFileSync(good.keyFile, file);
    chmodSync(wrong, 0o600);
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'another passphrase', '-f', wrong]);
    chmodSync(open, 0o644);
    const block = (name: string, lab: LabHost, ...more: string[]) => `Host ${name}\n HostName 127.0.0.1\n Port ${lab.port}\n User ${lab.host.user}\n${more.map((line) => ` ${line}\n`).join('')}`;
    const by = ({ keyFile }: LabHost) => `IdentityFile ${keyFile}`;
    writeFileSync(join(data, 'ssh_config'), [
      block('good', good, by(good)), block('chatty', chatty, by(chatty)), block('noshell', noshell, by(noshell)), block('nohome', nohome, by(nohome)), block('mode', good, `IdentityFile ${open}`), block('passphrase', good, `IdentityFile ${wrong}`),
      block('refused', good, 'ProxyCommand nc %h %p'), block('badjump', good, by(good), 'ProxyJump down'), block('down', good).replace(`Port ${good.port}`, 'Port 1'), block('stranger', good, by(good)), 'Host lost\n HostName no-such-host.invalid\n',
    ].join(''), { mode: 0o600 });
    edge = await new EdgeProcess({ data, env: { EDGE_SSH_CONFIG: join(data, 'ssh_config'), EDGE_SSH_PASSPHRASE: 'the passphrase' } }).start();
    const keys: Record<string, string[]> = { chatty: chatty.host.keys, noshell: noshell.host.keys, nohome: nohome.host.keys, stranger: [] };
    const names = ['good', 'chatty', ...bad.map(([name]) => name)];
    await edge.client().post('/api/v1/apply', { documents: [{ kind: 'Space', name: 'lab' }, ...names.map((name) => ({ kind: 'Host', name, spaces: ['lab'], keys: keys[name] ?? good.host.keys }))] });
  }, 120_000);
  afterAll(async () => {
    await edge.end();
    await Promise.all(labs.map((lab) => lab.stop()));
    await removeFolder(data);
  }, 60_000);

  const bad: [name: string, cause: Cause, detail: RegExp][] = [
    ['mode', 'key-unusable', /open has mode 0644: run `chmod 600 .*open`\.$/],
    ['passphrase', 'key-unusable', /wrong does not open with the passphrase: correct the passphrase\.$/],
    ['refused', 'ssh-config-refused', /ssh_config:\d+: this ProxyCommand is never run\.$/],
    ['badjump', 'jump-unreachable', /Jump host down: 127\.0\.0\.1:1: ECONNREFUSED\.$/],
    ['noshell', 'no-posix-shell', /This account is not available/],
    ['nohome', 'home-unwritable', /\/proc\/none/],
    ['lost', 'name-not-resolved', /no-such-host\.invalid/],
    ['stranger', 'host-key-unknown', /SHA256:/],
  ];
  const hosts = ['good', 'chatty', ...bad.map(([name]) => name)];

  it('are answered by POST /commands each with one sentence and the remedy, and the others with what they said', async () => {
    const { body } = await edge.client().call<Answers>('POST', '/api/v1/commands', { body: { hosts, command: 'echo hi' }, headers: { prefer: 'wait=50' } });
    for (const name of ['good', 'chatty']) expect([name, body[name]]).toEqual([name, { 'echo hi': [0, true, ['hi']] }]);
    for (const [name, cause, detail] of bad) expect([name, body[name]!['echo hi']]).toEqual([name, [null, false, [expect.stringMatching(detail), causes[cause].remedy]]]);
    for (const [name, cause] of bad) expect(body[name]!['echo hi']![2][0]!.startsWith(causes[cause].says)).toBe(true);
  }, 60_000);

  it('are told by edge run, which fails and has the output of the others', async () => {
    const { code, out } = await runCli(['run', '--hosts', hosts.join(','), '--', 'echo', 'hi'], { env: { EDGE_DATA: data } });
    expect(code).toBe(1);
    for (const name of ['good', 'chatty']) expect(out).toContain(`${name} | hi\n`);
    for (const [name, cause] of bad) expect(out).toMatch(new RegExp(`^${name} \\| ${causes[cause].says.replaceAll('.', '\\.')}.*\\n${name} \\| .*\\n${name} ! no exit code$`, 'm'));
  }, 60_000);

  it('fail only themselves where nobody knows them', async () => {
    const body = { hosts: ['nowhere', 'good', 'nowhere'], command: 'echo hi' };
    const why = ['The host is not known. There is no host "nowhere" in space lab, or you may not know of it.', causes['unknown-host'].remedy];
    const { body: answers } = await edge.client().call<Answers>('POST', '/api/v1/commands', { body, headers: { prefer: 'wait=50' } });
    expect(answers).toEqual({ good: { 'echo hi': [0, true, ['hi']] }, nowhere: { 'echo hi': [null, false, why] } });
    const { body: started } = await edge.client().call<{ hosts: number; warnings: string[] }>('POST', '/api/v1/commands', { body });
    expect(started).toMatchObject({ hosts: 1, warnings: [expect.stringContaining('"nowhere"')] });
    expect(await runCli(['run', '--hosts', 'good,nowhere', '--', 'echo', 'hi'], { env: { EDGE_DATA: data } })).toMatchObject({ code: 1, out: expect.stringMatching(/^good \| hi\nnowhere \| The host is not known/) });
  }, 60_000);

  it('are refused before anything is asked of the others where the caller wants all or nothing, or nobody knows any', async () => {
    await expect(edge.client().call('POST', '/api/v1/commands', { body: { hosts: ['good', 'nowhere'], command: 'echo hi' }, headers: { prefer: 'wait=50, handling=strict' } })).rejects.toThrow(/nowhere/);
    await expect(edge.client().post('/api/v1/commands', { hosts: ['good', ' '], command: 'echo hi' })).rejects.toThrow(/blank/);
    expect(await runCli(['run', '--hosts', 'nowhere', '--', 'true'], { env: { EDGE_DATA: data } })).toMatchObject({ code: 2, err: expect.stringContaining('nowhere') });
  }, 60_000);
});
