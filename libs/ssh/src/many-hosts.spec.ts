import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ShellHost } from '@edge/ports';
import ssh2, { type ServerChannel } from 'ssh2';
import { generateKeyPair } from './shell-server/generate-key-pair.js';
import { SshShell } from './ssh-shell.js';

const key = generateKeyPair('host');
const count = 500;
const share = 25;
const kinds = ['closed', 'silent', 'refused', 'frozen', 'endless'] as const;

/** SSH servers in this process; the user's name says how the host behaves. */
const ssh = new ssh2.Server({ hostKeys: [key.privateKey] }, (connection) => {
  let user = '';
  connection.on('error', () => connection.end());
  connection.on('authentication', (context) => {
    user = context.username;
    if (user === 'refused') context.reject(['publickey']);
    else context.accept();
  });
  connection.on('session', (accept) => accept().on('exec', (take) => {
    const channel = take();
    let script = '';
    channel.on('data', (bytes: Buffer) => { script += bytes.toString('latin1'); });
    channel.on('end', () => answer(channel, script, user));
  }));
});

function answer(channel: ServerChannel, script: string, user: string): void {
  const marker = /EDGE-[0-9a-f]{24}/.exec(script)?.[0] ?? '';
  const ending = script.includes("; Y='deadline'") || script.includes("\nY='deadline'");
  if (user === 'frozen') return;
  for (const stream of [channel, channel.stderr]) stream.write(`${marker} begin ${ending ? 'attached' : 'new'} /bin/sh ~/.edge/jobs/x 0\n`);
  if (user === 'endless' && !ending) return;
  channel.write('here\n');
  for (const stream of [channel, channel.stderr]) stream.write(`${marker} end ${ending ? 'done - deadline dead sent' : 'done 0 - - sent'}\n`);
  channel.exit(0);
  channel.end();
}

describe('500 hosts, a twentieth of each kind of trouble (C37)', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  let [good, silent] = [0, 0];
  const listen = async (take: (socket: Socket) => void): Promise<number> => {
    const server = createServer((socket) => { sockets.add(socket); socket.on('error', () => socket.destroy()); take(socket); });
    servers.push(server);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', 512, ready));
    return (server.address() as AddressInfo).port;
  };
  beforeAll(async () => {
    good = await listen((socket) => (ssh as unknown as { injectSocket(socket: Socket): void }).injectSocket(socket));
    silent = await listen(() => undefined);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  });

  // Hosts and shell share this process: on a busy machine a good host, too, takes seconds to shake hands.
  it('each has one typed outcome, and none keeps another from its own', async () => {
    const shell = new SshShell({ identityFiles: [], password: 'any', connectTimeoutMs: 5_000, keepaliveIntervalMs: 5_000, rescueMs: 1500, killGraceMs: 500 });
    const kindOf = (index: number) => (index < kinds.length * share ? kinds[index % kinds.length]! : 'good');
    const hostOf = (index: number): ShellHost => {
      const kind = kindOf(index);
      return { name: `host-${index}`, address: '127.0.0.1', port: kind === 'closed' ? 1 : kind === 'silent' ? silent : good, user: kind, keys: [key.publicKey.split(' ').slice(0, 2).join(' ')] };
    };
    const results = await Promise.all(Array.from({ length: count }, (_, index) => {
      const withinMs = ['frozen', 'endless'].includes(kindOf(index)) ? 6_000 : 60_000;
      return shell.exec({ id: `many-${process.pid}-${index}`, host: hostOf(index), text: 'hostname', channel: 'durable', withinMs }, () => undefined);
    }));
    const seen: Record<string, Record<string, number>> = {};
    for (const [index, { outcome, cause }] of results.entries()) {
      const of = (seen[kindOf(index)] ??= {});
      of[`${outcome}: ${cause}`] = (of[`${outcome}: ${cause}`] ?? 0) + 1;
    }
    expect(seen).toEqual({
      closed: { 'not-started: unreachable': share }, silent: { 'not-started: connect-timeout': share }, refused: { 'not-started: auth-failed': share },
      frozen: { 'timed-out: deadline': share }, endless: { 'timed-out: deadline': share }, good: { 'exited: exit': count - kinds.length * share },
    });
    await shell.close(100);
  }, 300_000);
});
