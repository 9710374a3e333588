// A process of its own: SSH servers that answer in process, as hosts on other machines do: node fake-hosts.js <net> <count> <port> <host key file> <user key file>
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { addressOf } from './fleet.js';
import { answerScript } from './answer-script.js';

const [net, count, port, hostKeyFile = '', userKeyFile = ''] = process.argv.slice(2);
const userKey = ssh2.utils.parseKey(readFileSync(userKeyFile, 'utf8').trim());
if (userKey instanceof Error) throw userKey;
const known = (Array.isArray(userKey) ? userKey[0]! : userKey).getPublicSSH();
const server = new ssh2.Server({ hostKeys: [readFileSync(hostKeyFile)], algorithms: { kex: ['curve25519-sha256'] } }, serve);
server.on('error', () => undefined); // a client that breaks off is its own business

function serve(connection: Connection): void {
  connection.on('error', () => connection.end());
  connection.on('authentication', (context) => {
    if (context.method === 'publickey' && context.key.data.equals(known)) context.accept();
    else context.reject(['publickey']);
  });
  connection.on('session', (accept) => {
    const session = accept();
    session.on('env', (take) => take?.());
    session.on('pty', (take) => take?.());
    session.on('exec', (take, _refuse, { command }) => answer(take(), command));
  });
}

function answer(channel: ServerChannel, command: string): void {
  if (command !== 'exec sh -s') return say(channel, { stdout: 'fake\n', stderr: '', code: 0 });
  const script: Buffer[] = [];
  channel.on('data', (bytes: Buffer) => script.push(bytes));
  channel.on('end', () => say(channel, answerScript(Buffer.concat(script).toString('latin1'))));
}

function say(channel: ServerChannel, { stdout, stderr, code }: { stdout: string; stderr: string; code: number }): void {
  channel.write(stdout);
  if (stderr) channel.stderr.write(stderr);
  channel.exit(code);
  channel.end();
}

const take = (socket: Socket) => {
  socket.setNoDelay(true);
  (server as unknown as { injectSocket(socket: Socket): void }).injectSocket(socket);
};
for (let index = 0; index < Number(count); index += 1) {
  await new Promise<void>((listening) => createServer(take).listen(Number(port), addressOf(Number(net), index), 1024, listening));
}
process.send?.('ready');
process.once('disconnect', () => process.exit(0));
