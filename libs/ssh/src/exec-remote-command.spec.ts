import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import { execRemoteCommand } from './exec-remote-command.js';
import { SshShell } from './ssh-shell.js';

const sshd = await findSshd();
(sshd ? describe : describe.skip)('execRemoteCommand', () => {
  let lab: LabHost;
  let shell: SshShell;
  beforeAll(async () => {
    lab = await startLabHost();
    shell = new SshShell({ identityFiles: [lab.keyFile] });
  });
  afterAll(async () => {
    await shell.close(500);
    await lab.stop();
  });
  const named = (name: string, more = {}) => ({ ...lab.host, name, ...more });

  it('answers by host and command, each with code, success and lines', async () => {
    const command = 'id -un; echo two';
    const lines = [userInfo().username, 'two'];
    expect(await execRemoteCommand(shell, { hosts: [named('s1'), named('s2')], command })).toEqual({ s1: { [command]: [0, true, lines] }, s2: { [command]: [0, true, lines] } });
    expect(await execRemoteCommand(shell, { hosts: [named('s1')], command: 'echo a; exit 3' })).toEqual({ s1: { 'echo a; exit 3': [3, false, ['a']] } });
  });

  it('lets a bad host fail alone (C37)', async () => {
    const hosts = [...Array.from({ length: 30 }, (_, i) => named(`good-${i}`)), named('closed', { port: 1 }), named('nowhere', { address: 'no-such-host.invalid' }), named('other-key', { keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEnB3bHQ0aK6e1qS3Yx5WbS4Y2t3lYl6c3d0bWV0aGluZ3M'] })];
    const answers = await execRemoteCommand(shell, { hosts, command: 'echo ok', concurrency: 8 });
    expect(Object.keys(answers)).toEqual(hosts.map((host) => host.name));
    expect(Object.values(answers).filter((answer) => answer['echo ok']?.[1])).toHaveLength(30);
    expect(answers['closed']?.['echo ok']).toEqual([null, false, [expect.stringMatching(/unreachable/)]]);
    expect(answers['nowhere']?.['echo ok']).toEqual([null, false, [expect.stringMatching(/name-not-resolved/)]]);
    expect(answers['other-key']?.['echo ok']).toEqual([null, false, [expect.stringMatching(/host-key-changed/)]]);
  });

  it('says why where there is no exit code', async () => {
    const { lab: answer } = await execRemoteCommand(shell, { hosts: [lab.host], command: 'kill -9 $$' });
    expect(answer).toEqual({ 'kill -9 $$': [null, false, ['signalled by KILL.']] });
  });
});
