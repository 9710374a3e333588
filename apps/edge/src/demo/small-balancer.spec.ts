import { createServer, get, type Server, type ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { HaproxyLoadBalancer } from '@edge/haproxy';
import { type BalancerRig, loadBalancerContract } from '@edge/testing/contracts';
import { freePorts } from './free-ports.js';
import { startSmallBalancer } from './small-balancer.js';

const pool = { zone: 'north', name: 'app' };
const hosts = ['web-1', 'web-2', 'web-3'] as const;

async function rig(): Promise<{ store: BalancerRig & { front: number; servers: Server[] }; dispose(): Promise<void> }> {
  const [front, admin, ...ports] = await freePorts(5) as [number, number, ...number[]];
  const open = new Set<ServerResponse>();
  const servers = ports.map((port) => createServer((request, response) => {
    if (request.url === '/at-once') return void response.end('whole');
    open.add(response);
    response.write('begun');
  }).listen(port, '127.0.0.1'));
  const small = await startSmallBalancer({ backends: { app: { front, servers: hosts.map((name, n) => ({ name, address: '127.0.0.1', port: ports[n]! })) } }, admin: { host: '127.0.0.1', port: admin } });
  return {
    store: {
      front, servers, balancer: new HaproxyLoadBalancer({ address: `tcp:127.0.0.1:${admin}` }), pool, hosts: [...hosts], ports: Object.fromEntries(hosts.map((host, n) => [host, ports[n]!])),
      openSession: () => new Promise((resolve, reject) => {
        const asked = get(`http://127.0.0.1:${front}/`, (response) => {
          response.once('data', () => resolve(async () => {
            for (const each of open) each.end();
            open.clear();
            asked.destroy();
          }));
        });
        asked.on('error', reject);
      }),
    },
    async dispose() {
      small.stop();
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

loadBalancerContract('the small one of the demo, spoken to as a HAProxy', rig);

describe('the small load balancer', () => {
  it('passes a server over that refuses connections, and says so when none is left', async () => {
    const { store: { front, servers }, dispose } = await rig();
    const ask = async () => (await fetch(`http://127.0.0.1:${front}/at-once`, { headers: { connection: 'close' } })).status;
    await new Promise((resolve) => { servers[0]!.close(resolve); });
    expect(await Promise.all([ask(), ask(), ask(), ask()])).toEqual([200, 200, 200, 200]);
    await Promise.all(servers.slice(1).map((server) => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); })));
    expect(await ask()).toBe(503);
    await dispose();
  });
});
