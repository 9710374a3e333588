import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { HostResult } from '@edge/contracts';
import { findSshd, startFaultProxy, startLabHost } from '@edge/testing';
import { ShellClosed } from './shell-closed.js';
import { SshShell } from './ssh-shell.js';

const commands = 24;
const sshd = await findSshd();

(sshd ? describe : describe.skip)('random kills', () => {
  it('never run a command twice, change a code or lose a byte', async () => {
    const lab = await startLabHost();
    const proxy = await startFaultProxy(lab.port);
    const newShell = () => new SshShell({ identityFiles: [lab.keyFile], keepaliveIntervalMs: 300, keepaliveCountMax: 2 });
    const host = { ...lab.host, port: proxy.port };
    const all: { outcome: string; code: number | undefined; right: boolean; executions: number }[] = [];
    let running = commands;
    let done = 0;

    const one = async (index: number) => {
      const id = `kill-${process.pid}-${index}`;
      const text = `echo ran >>ran-${index}; i=0; while [ $i -lt 40 ]; do echo "${index} line $i"; i=$((i+1)); sleep 0.05; done; exit ${index + 1}`;
      const expected = Array.from({ length: 40 }, (_, i) => `${index} line ${i}\n`).join('');
      for (;;) {
        // An executor of its own for every attempt: some are dropped in the middle, as if the process had died.
        const shell = newShell();
        let got = '';
        const exec = shell.exec({ id, host, text, channel: 'durable', withinMs: 60_000 }, ({ bytes }) => { got += Buffer.from(bytes).toString(); });
        const dies = Math.random() < 0.4;
        const result: HostResult | undefined = await Promise.race([exec, ...(dies ? [sleep(Math.random() * 1500).then(() => undefined)] : [])]);
        exec.catch((error: unknown) => expect(error).toBeInstanceOf(ShellClosed));
        await shell.close(0);
        if (!result || result.outcome === 'not-started') continue; // nothing ran: whoever asked asks again
        const ran = await readFile(join(lab.home, `ran-${index}`), 'utf8');
        all.push({ outcome: result.outcome, code: result.code, right: got === expected, executions: ran.split('\n').length - 1 });
        running -= 1;
        return;
      }
    };
    const killer = async () => {
      while (running > 0 && done < 150) {
        await sleep(Math.random() * 80);
        if (Math.random() < 0.5) proxy.reset();
        else await lab.killSessions();
        done += 1;
      }
    };
    try {
      await Promise.all([killer(), ...Array.from({ length: commands }, (_, i) => one(i))]);
    } finally {
      await proxy.stop();
      await lab.stop();
    }
    for (const [index, outcome] of Object.entries(all)) expect({ index, ...outcome }).toEqual({ index, outcome: 'exited', code: expect.any(Number), right: true, executions: 1 });
    expect(new Set(all.map(({ code }) => code)).size).toBe(commands);
    expect(done).toBeGreaterThan(0);
  }, 120_000);
});
