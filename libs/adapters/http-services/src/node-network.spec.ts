import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeNetwork } from './node-network.js';

describe('NodeNetwork', () => {
  const network = new NodeNetwork();
  let server: Server;
  let port: number;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/silent') return;
      if (request.url === '/large') return void response.end('x'.repeat(2 * 1024 * 1024));
      response.statusCode = request.url === '/teapot' ? 418 : 200;
      request.setEncoding('utf8').on('data', (text: string) => response.write(`${request.method} ${text}`)).on('end', () => response.end());
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => { server.closeAllConnections(); server.close(); });

  const at = (path: string) => ({ method: 'POST', url: `http://127.0.0.1:${port}${path}`, body: 'hello', withinMs: 5_000 });

  it('takes any status as an answer', async () => {
    expect(await network.http(at('/'))).toEqual({ status: 200, body: 'POST hello' });
    expect((await network.http(at('/teapot'))).status).toBe(418);
  });
  it('cuts a body at 1 MiB', async () => expect((await network.http(at('/large'))).body).toHaveLength(1024 * 1024));
  it('says why there was no answer', async () => {
    await expect(network.http({ ...at('/silent'), withinMs: 50 })).rejects.toThrow('the time ran out');
    await expect(network.http({ ...at('/'), url: 'http://127.0.0.1:1/' })).rejects.toThrow(/did not answer/);
  });
  it('tells whether a port can be connected to', async () => {
    await expect(network.connects('127.0.0.1', port, 1_000)).resolves.toBeUndefined();
    await expect(network.connects('127.0.0.1', 1, 1_000)).rejects.toThrow('127.0.0.1:1 refused: ECONNREFUSED');
  });
});
