import { Socket, createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import ssh2 from 'ssh2';
import { generateKeyPair } from '../shell-server/generate-key-pair.js';
import { connectOver } from './connect.js';
import type { HostKeyVerdict } from './host-key-verdict.js';
import { openSocket } from './open-socket.js';
import type { Target } from './target.js';

const host = generateKeyPair('host');
let attempts = 0;
const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (connection) => {
  connection.on('error', () => connection.end());
  connection.on('authentication', (context) => { attempts += 1; context.accept(); });
});
const listener = createServer((socket) => (server as unknown as { injectSocket(socket: Socket): void }).injectSocket(socket));

describe('connecting', () => {
  let target: Target;
  beforeAll(async () => {
    await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
    target = {
      name: 'spec', address: '127.0.0.1', port: (listener.address() as AddressInfo).port, user: 'deploy', judgeKey: () => 'trusted', keyTypes: ['ssh-ed25519'],
      auth: [{ type: 'password', username: 'deploy', password: 'any' }], connectTimeoutMs: 3000, keepaliveIntervalMs: 1000, keepaliveCountMax: 3,
    };
  });
  afterEach(() => { jest.restoreAllMocks(); });
  afterAll(() => new Promise<void>((closed) => listener.close(() => closed())));
  const connect = async (judgeKey: () => unknown) => {
    const stream = await openSocket(target);
    return connectOver(stream, { ...target, judgeKey: judgeKey as () => HostKeyVerdict });
  };

  it('takes nothing but the word "trusted" for trust, and sends no sign-in before it (L1)', async () => {
    const answers: (() => unknown)[] = [() => true, () => 1, () => ({}), () => Promise.resolve('trusted'), async () => { throw new Error('late'); }, () => null, () => undefined, () => '', () => 0, () => 'unknown', () => 'changed', () => { throw new Error('broken'); }];
    for (const answer of answers) {
      const judge = () => {
        const given = answer();
        if (given instanceof Promise) given.catch(() => undefined);
        return given;
      };
      await expect(connect(judge)).rejects.toThrow();
    }
    expect(attempts).toBe(0);
    const client = await connect(() => 'trusted');
    expect(attempts).toBe(1);
    client.destroy();
  });

  it('turns the delay of small packets off (L23)', async () => {
    const set = jest.spyOn(Socket.prototype, 'setNoDelay');
    const client = await connect(() => 'trusted');
    expect(set).toHaveBeenCalledWith(true);
    client.destroy();
  });

  it('lives through an error that comes before anybody else listens', async () => {
    const client = await connect(() => 'trusted');
    expect(() => client.emit('error', new Error('write ECONNRESET'))).not.toThrow();
    client.destroy();
  });
});
