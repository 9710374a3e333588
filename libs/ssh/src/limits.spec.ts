import { describe, expect, it } from '@jest/globals';
import { findSshd, startLabHost } from '@edge/testing';
import { SshShell } from './ssh-shell.js';

let next = 0;
const newId = () => `limit-${process.pid}-${Date.now()}-${(next += 1)}`;
const sshd = await findSshd();

(sshd ? describe : describe.skip)('SshShell on hosts with limits', () => {
  it('queues behind MaxSessions (C15, L14)', async () => {
    const lab = await startLabHost({ settings: ['MaxSessions 2'] });
    const shell = new SshShell({ identityFiles: [lab.keyFile] });
    const all = await Promise.all(Array.from({ length: 12 }, (_, i) => shell.exec({ id: newId(), host: lab.host, text: `echo ${i}; sleep 0.2`, channel: 'durable', withinMs: 20_000 }, () => undefined)));
    expect(all.map((result) => result.code)).toEqual(all.map(() => 0));
    await shell.close(500);
    await lab.stop();
  });

  it('keeps going through rekeys (C28, L3)', async () => {
    const lab = await startLabHost({ settings: ['RekeyLimit 1M'] });
    const shell = new SshShell({ identityFiles: [lab.keyFile] });
    const all = await Promise.all([1, 2, 3].map(async () => {
      let bytes = 0;
      const result = await shell.exec({ id: newId(), host: lab.host, text: 'head -c 10000000 /dev/urandom', channel: 'fast', withinMs: 20_000 }, (chunk) => { bytes += chunk.bytes.length; });
      return { code: result.code, bytes };
    }));
    expect(all).toEqual([1, 2, 3].map(() => ({ code: 0, bytes: 10_000_000 })));
    await shell.close(500);
    await lab.stop();
  });

  it('waits no longer than 2 s for a background child that holds the output (C22, L8)', async () => {
    const lab = await startLabHost();
    const shell = new SshShell({ identityFiles: [lab.keyFile] });
    for (const channel of ['fast', 'durable'] as const) {
      const result = await shell.exec({ id: newId(), host: lab.host, text: 'echo up; sleep 6 & exit 0', channel, withinMs: 20_000 }, () => undefined);
      expect(result).toMatchObject({ outcome: 'exited', code: 0, bytes: { stdout: 3 } });
    }
    await shell.close(500);
    await lab.stop();
  });

  it('refuses what would break the connection, before sending it (C29, L17)', async () => {
    const shell = new SshShell({});
    const host = { name: 'h', keys: [] };
    for (const text of ['echo \0', 'x'.repeat(70_000)]) expect(await shell.exec({ id: newId(), host, text, channel: 'fast', withinMs: 1000 }, () => undefined)).toMatchObject({ outcome: 'not-started', cause: 'never-sent' });
  });
});
