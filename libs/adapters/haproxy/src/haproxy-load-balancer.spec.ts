import { createServer, get, type Server, type ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { type BalancerRig, loadBalancerContract } from '@edge/testing/contracts';
import { freePorts, type Haproxy, probeProgram, startHaproxy } from '@edge/testing/engines';
import { socketAddress } from './ask.js';
import { HaproxyLoadBalancer } from './haproxy-load-balancer.js';
import { readStat } from './read-stat.js';

const probe = await probeProgram('haproxy');
const unavailable = probe.available ? {} : { unavailable: probe.reason };
const pool = { zone: 'north', name: 'app' };

/** Three hosts that answer slowly, behind a real HAProxy. */
async function rig(config: (haproxy: Haproxy) => object): Promise<{ store: BalancerRig; dispose(): Promise<void> }> {
  const ports = await freePorts(3);
  const hosts = ['web-1', 'web-2', 'web-3'] as const;
  const open = new Set<ServerResponse>();
  const servers: Server[] = ports.map((port) => createServer((_request, response) => {
    open.add(response);
    response.write('begun');
  }).listen(port, '127.0.0.1'));
  const haproxy = await startHaproxy({ pools: { app: hosts.map((name, n) => ({ name, address: '127.0.0.1', port: ports[n]! })) } });
  return {
    store: {
      balancer: new HaproxyLoadBalancer({ type: 'haproxy', ...config(haproxy) }), pool, hosts: [...hosts], ports: Object.fromEntries(hosts.map((host, n) => [host, ports[n]!])),
      openSession: () => new Promise((resolve, reject) => {
        const request = get(`http://127.0.0.1:${haproxy.front['app']}/`, (response) => {
          response.once('data', () => resolve(async () => {
            for (const each of open) each.end();
            open.clear();
            request.destroy();
          }));
        });
        request.on('error', reject);
      }),
    },
    async dispose() {
      await haproxy.engine.stop();
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

loadBalancerContract('HAProxy over TCP', () => rig(({ address }) => ({ address: `tcp:${address}` })), unavailable);
loadBalancerContract('HAProxy over its UNIX socket, by zone', () => rig(({ socket }) => ({ address: { north: [`unix:${socket}`] }, backends: { 'north/app': ['app'] }, timeout: '2s' })), unavailable);

describe('HAProxy', () => {
  it('is reached over a socket file or TCP', () => {
    expect([socketAddress('unix:/run/h.sock'), socketAddress('tcp:10.0.0.1:9999'), socketAddress('[::1]:9')]).toEqual([{ path: '/run/h.sock' }, { host: '10.0.0.1', port: 9999 }, { host: '::1', port: 9 }]);
    expect(() => socketAddress('haproxy')).toThrow('unix:/run/haproxy.sock');
  });
  it('says in words when it cannot be reached', async () => {
    const balancer = new HaproxyLoadBalancer({ address: 'unix:/nowhere/haproxy.sock' });
    await expect(balancer.members(pool)).rejects.toThrow('HAProxy at unix:/nowhere/haproxy.sock cannot be asked: ENOENT.');
    await expect(new HaproxyLoadBalancer({ address: { south: 'tcp:127.0.0.1:1' } }).members(pool)).rejects.toThrow('zone north');
  });
  it('reads every state of a server by the names of the columns', () => {
    const csv = '# pxname,svname,qcur,scur,status,addr,\napp,web-1:a,0,3,UP 1/3,10.0.0.1:80,\napp,web-1:b,1,2,MAINT (via app/web-1),10.0.0.1:81,\napp,web-2,0,0,DOWN,10.0.0.2:80,\napp,web-3,0,1,DRAIN,[::1]:80,\napp,web-4,0,0,no check,,\n';
    expect(readStat(csv, ({ name }) => name.split(':')[0]!).map(({ host, port, state, healthy, sessions }) => [host, port, state, healthy, sessions])).toEqual([
      ['web-1', 80, 'in', true, 3], ['web-1', 81, 'out', true, 3], ['web-2', 80, 'in', false, 0], ['web-3', 80, 'draining', true, 1], ['web-4', undefined, 'in', true, 0],
    ]);
  });
});

(probe.available ? describe : describe.skip)(`a member that is down in HAProxy${probe.available ? '' : ` (skipped: ${probe.reason})`}`, () => {
  it('is drained, taken out and put back like any other', async () => {
    const [port] = await freePorts(1);
    const haproxy = await startHaproxy({ defaults: ['default-server check inter 50 fall 1 rise 1'], pools: { app: [{ name: 'web-1', address: '127.0.0.1', port: port! }] } });
    const balancer = new HaproxyLoadBalancer({ address: `tcp:${haproxy.address}` });
    const state = async () => (await balancer.members(pool)).map((member) => [member.state, member.healthy]);
    try {
      for (let looks = 0; looks < 100 && (await state())[0]![1]; looks += 1) await new Promise((resolve) => { setTimeout(resolve, 50); });
      expect(await state()).toEqual([['in', false]]);
      await balancer.drain(pool, { host: 'web-1' });
      expect(await state()).toEqual([['draining', false]]);
      await balancer.takeOut(pool, { host: 'web-1' });
      expect((await state())[0]![0]).toBe('out');
      await balancer.putBack(pool, { host: 'web-1' });
      expect((await state())[0]![0]).toBe('in');
    } finally {
      await haproxy.engine.stop();
    }
  });
});
