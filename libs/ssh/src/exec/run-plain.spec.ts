import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import ssh2, { type ServerChannel } from 'ssh2';
import { generateKeyPair } from '../shell-server/generate-key-pair.js';
import { SshShell } from '../ssh-shell.js';

const host = generateKeyPair('host');
const sockets = new Set<Socket>();

/** A server whose every answer, from the opened channel to its close, travels in one piece. */
const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (connection) => {
  connection.on('error', () => connection.end());
  connection.on('authentication', (context) => context.accept());
  connection.on('session', (accept) => accept().on('exec', (take, _refuse, { command }) => {
    if (command === 'exec sh -s') return void learn(take());
    for (const socket of sockets) socket.cork();
    const channel = take();
    channel.write('quick\n');
    channel.exit(Number(/exit (\d+)/.exec(command)?.[1]));
    channel.end();
    setTimeout(() => { for (const socket of sockets) socket.uncork(); }, 20);
  }));
});
const listener = createServer((socket) => {
  sockets.add(socket);
  (server as unknown as { injectSocket(socket: Socket): void }).injectSocket(socket);
});

function learn(channel: ServerChannel): void {
  channel.once('data', (script: Buffer) => {
    const marker = /EDGE-[0-9a-f]+/.exec(script.toString())?.[0] ?? '';
    channel.stderr.write(`${marker} begin\n`);
    channel.write(`${marker} begin /bin/sh\n`);
    channel.exit(0);
    channel.end();
  });
}

describe('a plain command', () => {
  afterAll(() => new Promise<void>((closed) => listener.close(() => closed())));

  it('has its exit code also where that comes in one packet with the opened channel (L4)', async () => {
    await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
    const { port } = listener.address() as AddressInfo;
    const shell = new SshShell({ identityFiles: [], password: 'any' });
    const at = { name: 'quick', address: '127.0.0.1', port, user: 'deploy', keys: [host.publicKey.split(' ').slice(0, 2).join(' ')] };
    const run = (n: number) => shell.exec({ id: `quick-${process.pid}-${n}`, host: at, text: `exit ${n}`, channel: 'fast', withinMs: 5_000 }, () => undefined);
    expect(await run(0)).toMatchObject({ code: 0 });
    for (const code of [3, 0, 7]) expect(await run(code)).toMatchObject({ outcome: 'exited', code, bytes: { stdout: 6 } });
    await shell.close(100);
  });
});
