import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { writeTogether } from './write-together.js';

describe('packets of one turn', () => {
  it('arrive whole and in order, also the last ones before the end', async () => {
    const heard: Buffer[] = [];
    let ended = () => {};
    const all = new Promise<void>((resolve) => { ended = resolve; });
    const server = createServer((socket) => socket.on('data', (bytes: Buffer) => heard.push(bytes)).on('end', ended));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const socket = await new Promise<Socket>((resolve) => { const one = connect((server.address() as AddressInfo).port, '127.0.0.1', () => resolve(writeTogether(one))); });
    for (let turn = 0; turn < 3; turn += 1) {
      for (let n = 0; n < 5; n += 1) socket.write(`${turn}.${n} `);
      await new Promise((go) => setImmediate(go));
    }
    socket.write('last ');
    socket.end('end');
    await all;
    expect(Buffer.concat(heard).toString()).toBe('0.0 0.1 0.2 0.3 0.4 1.0 1.1 1.2 1.3 1.4 2.0 2.1 2.2 2.3 2.4 last end');
    await new Promise((closed) => server.close(closed));
  });
});
