import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shell, ShellHost } from '@edge/ports';
import ssh2, { type Client } from 'ssh2';

export interface Latency { floorMs: number[]; sameMs: number[]; plainMs: number[]; durableMs: number[] }

/** One command after the other on an open connection, in turns: by bare ssh2 (what sshd itself takes), the line that Edge sends by bare ssh2, plain, and durable. */
export async function measureLatency({ host, keyFile, shell, rounds }: { host: ShellHost; keyFile: string; shell: Shell; rounds: number }): Promise<Latency> {
  const bare = await connect(host, keyFile);
  const through = (channel: 'fast' | 'durable') => shell.exec({ id: `bench-${randomBytes(8).toString('hex')}`, host, text: 'hostname', channel, withinMs: 20_000 }, () => undefined);
  const ways: [number[], () => Promise<unknown>][] = [[[], () => bareExec(bare, 'hostname')], [[], () => bareExec(bare, `exec sh -c 'hostname'`)], [[], () => through('fast')], [[], () => through('durable')]];
  for (let round = -10; round < rounds; round += 1) {
    for (const [samples, once] of ways) {
      const began = performance.now();
      await once();
      if (round >= 0) samples.push(performance.now() - began);
      await sleep(2);
    }
  }
  bare.end();
  const [floorMs, sameMs, plainMs, durableMs] = ways.map(([samples]) => samples);
  return { floorMs: floorMs!, sameMs: sameMs!, plainMs: plainMs!, durableMs: durableMs! };
}

function connect(host: ShellHost, keyFile: string): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.once('error', reject).once('ready', () => { client.setNoDelay(true); resolve(client); });
    client.connect({ host: host.address, port: host.port, username: host.user, privateKey: readFileSync(keyFile), algorithms: { cipher: ['aes128-gcm@openssh.com'] } });
  });
}

function bareExec(client: Client, command: string): Promise<void> {
  return new Promise((resolve, reject) => client.exec(command, (error, channel) => {
    if (error) return reject(error);
    channel.on('close', () => resolve()).resume().stderr.resume();
    channel.end();
  }));
}
