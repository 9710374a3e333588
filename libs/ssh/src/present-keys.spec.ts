import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { HostResult } from '@edge/contracts';
import { findSshd, startFaultProxy, startLabHost, type FaultProxy, type LabHost } from '@edge/testing';
import { generateKeyPair } from './shell-server/generate-key-pair.js';
import { SshShell } from './ssh-shell.js';

const sshd = await findSshd();
const strange = generateKeyPair('strange').publicKey.split(' ', 2).join(' ');
(sshd ? describe : describe.skip)('the keys that are enrolled now', () => {
  let lab: LabHost;
  let proxy: FaultProxy;
  let shell: SshShell;
  let enrolled: string[] | Error;
  const lost: string[] = [];
  let next = 0;

  beforeAll(async () => {
    lab = await startLabHost();
    proxy = await startFaultProxy(lab.port);
    const log = { info: () => undefined, warn: (fields: object) => void lost.push(String((fields as { why?: string }).why)) };
    shell = new SshShell({ identityFiles: [lab.keyFile], enrolledKeys: async () => { if (enrolled instanceof Error) throw enrolled; return enrolled; }, log });
  });
  beforeEach(() => { enrolled = lab.host.keys; });
  afterAll(async () => {
    await shell.close(200);
    await proxy.stop();
    await lab.stop();
  });
  /** As a command of an action that was accepted when the host had another key. */
  const run = async (text: string): Promise<{ result: HostResult; stdout: string }> => {
    let stdout = '';
    const host = { ...lab.host, port: proxy.port, keys: [strange] };
    const result = await shell.exec({ id: `present-${process.pid}-${Date.now()}-${(next += 1)}`, host, text, channel: 'durable', withinMs: 60_000 }, ({ stream, bytes }) => { if (stream === 'stdout') stdout += Buffer.from(bytes).toString('utf8'); });
    return { result, stdout };
  };
  const signIns = async () => (await lab.log()).match(/Accepted publickey/g)?.length ?? 0;
  const until = async (test: () => boolean) => {
    for (let tries = 0; tries < 1000 && !test(); tries += 1) await new Promise((go) => setTimeout(go, 20));
    expect({ lost, true: test() }).toMatchObject({ true: true });
  };

  it('count for a command that was made before, the next moment, over open connections too', async () => {
    expect(await run('echo hi')).toMatchObject({ result: { code: 0 }, stdout: 'hi\n' });
    const before = await signIns();
    enrolled = [strange];
    expect((await run('echo hi')).result).toMatchObject({ outcome: 'not-started', cause: 'host-key-changed' });
    enrolled = [];
    expect((await run('echo hi')).result).toMatchObject({ outcome: 'not-started', cause: 'host-key-unknown' });
    expect(await signIns()).toBe(before);
    enrolled = lab.host.keys;
    expect((await run('echo hi')).result).toMatchObject({ code: 0 });
    expect(await signIns()).toBe(before);
  });

  it('count when a running command is attached to again: nobody signs in until the key is approved', async () => {
    const running = run(`cd ${lab.home}; echo a; touch begun; while ! [ -e go ]; do sleep 0.1; done; echo b`);
    await until(() => existsSync(join(lab.home, 'begun')));
    const before = await signIns();
    for (const keys of [[strange], [], new Error('the inventory is away')]) {
      enrolled = keys;
      lost.length = 0;
      proxy.reset();
      await until(() => lost.some((why) => /which is changed|which is unknown|inventory is away/.test(why)));
    }
    expect(await signIns()).toBe(before);
    enrolled = lab.host.keys;
    await writeFile(join(lab.home, 'go'), '');
    expect(await running).toMatchObject({ result: { code: 0 }, stdout: 'a\nb\n' });
  });

  it('are believed of nobody where they cannot be asked for: the command is left to whoever gets it next', async () => {
    enrolled = new Error('the inventory is away');
    await expect(run('echo hi')).rejects.toThrow('the inventory is away');
  });
});
