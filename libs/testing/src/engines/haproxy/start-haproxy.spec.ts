import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '../free-ports.js';
import { probeProgram } from '../probe-engine.js';
import { askHaproxy, startHaproxy } from './start-haproxy.js';

const probe = await probeProgram('haproxy');
const suite = probe.available ? describe : describe.skip;

suite(`HAProxy for tests${probe.available ? '' : ` (${probe.reason})`}`, () => {
  it('passes requests on and obeys its runtime API', async () => {
    const port = await freePort();
    const server = createServer((_, response) => response.end('from web-1')).listen(port, '127.0.0.1');
    const { engine, address, front } = await startHaproxy({ pools: { app: [{ name: 'web-1', address: '127.0.0.1', port }] } });
    const admin = Number(address.split(':')[1]);
    const get = async () => fetch(`http://127.0.0.1:${front.app}/`);

    expect(await (await get()).text()).toBe('from web-1');
    expect(await askHaproxy(admin, 'set server app/web-1 state maint')).toBe('');
    expect((await get()).status).toBe(503);

    await engine.stop();
    server.close();
    server.closeAllConnections();
  });
});
