import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from './connect.js';

const env = { dataFolders: [], color: false };

describe('connect', () => {
  it.each(['nonsense', '127.0.0.1:8080', 'localhost:8080', 'ftp://edge', '/tmp/edge'])('says that EDGE_URL %s is no address, and what one looks like', async (url) => {
    await expect(connect({ ...env, url })).rejects.toThrow(`EDGE_URL "${url}" is no address, for example http://127.0.0.1:8080.`);
  });

  it('takes the address that EDGE_URL names', async () => {
    expect(await connect({ ...env, url: 'https://edge.example.org' })).toMatchObject({ url: 'https://edge.example.org' });
  });

  describe('to the Edge that runs on this machine', () => {
    let folder: string;
    let server: Server;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'edge-connect-'));
      server = createServer((request, answer) => answer.setHeader('content-type', 'application/json').end(JSON.stringify(request.headers.authorization ?? null)));
      await once(server.listen(0, '127.0.0.1'), 'listening');
      writeFileSync(join(folder, 'edge.json'), JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'administrator' }));
    });
    afterAll(() => {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    });

    const speaksWith = async (given: { token?: string }) => (await connect({ ...env, dataFolders: [folder], ...given })).client.get<string>('/whoever');

    it("speaks with the given token, else with its administrator's", async () => {
      expect([await speaksWith({ token: 'viewer' }), await speaksWith({})]).toEqual(['Bearer viewer', 'Bearer administrator']);
    });

    it('does not become the administrator because the given token is empty', async () => {
      await expect(speaksWith({ token: '' })).rejects.toThrow('EDGE_TOKEN is empty');
    });
  });
});
