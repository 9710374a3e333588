import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Network, type NetworkAnswer, type NetworkRequest } from '@edge/ports';
import { type BalancerRig, loadBalancerContract } from '@edge/testing/contracts';
import { HttpManagerLoadBalancer } from './http-manager.js';
import { monitorIn } from './monitor-in.js';


/** Real HTTP, as plain as can be. */
class FetchNetwork extends Network {
  async http({ method, url, headers, body }: NetworkRequest): Promise<NetworkAnswer> {
    const answer = await fetch(url, { method, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) });
    return { status: answer.status, body: await answer.text() };
  }
  connects(): Promise<void> {
    return Promise.reject(new Error('The manager is asked by HTTP only.'));
  }
}

interface Entry { sessions: number; member: boolean; node: boolean }

/** A manager that speaks the original's protocol over real HTTP, with one pool. */
async function manager() {
  const entries = new Map<string, Entry>(['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((host) => [host, { sessions: 0, member: true, node: true }]));
  const state = (on: boolean) => (on ? 'ENABLED_STATUS_ENABLED' : 'ENABLED_STATUS_DISABLED');
  const answer = (path: string, form: URLSearchParams): object => {
    const entry = entries.get(form.get('member') ?? '');
    const on = form.get('action') === 'enable';
    if (path === '/ltm/api') return form.get('search_name') === 'app' ? { error: 'None', pool_dict: { app: Object.fromEntries([...entries].map(([host, { sessions, member }]) => [`${host}:80`, { sessions, enabled_status: state(member) }])) } } : { error: 'no such pool', pool_dict: {} };
    if (path === '/ltm/node') return { node_dict: Object.fromEntries(form.get('search_name')!.split(',').map((host) => [host, { enabled_status: state(entries.get(host)!.node) }])) };
    if (path === '/ltm/pool_info') return { error_code: 200, monitor_template: ['tcp', 'app_http'], send: ['', 'GET /health HTTP/1.1\\r\\nHost: app\\r\\n\\r\\n'], recv: ['', 'UP'] };
    if (!entry) return { result: false, error: 'no such member' };
    if (path === '/ltm/change_node_state') entry.node = on;
    else entry.member = on;
    if (on) entry.node = true;
    return { result: true };
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += String(chunk); });
    request.on('end', () => response.end(JSON.stringify(answer(request.url!, new URLSearchParams(body)))));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { server, entries, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function rig(): Promise<{ store: BalancerRig; dispose(): Promise<void> }> {
  const { server, entries, address } = await manager();
  return {
    store: {
      balancer: new HttpManagerLoadBalancer({ type: 'http-manager', address: `${address}/` }, new FetchNetwork()), pool: { zone: 'MUM', name: 'app' },
      hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3'], ports: { '10.0.0.1': 80, '10.0.0.2': 80, '10.0.0.3': 80 },
      async openSession() {
        const entry = [...entries.values()].find(({ member, node }) => member && node)!;
        entry.sessions += 1;
        return async () => { entry.sessions -= 1; };
      },
    },
    dispose: () => new Promise((resolve) => { server.close(() => resolve()); }),
  };
}

loadBalancerContract('HTTP manager', rig);

describe('the HTTP manager', () => {
  it('tells the monitor of a pool by a word in its name', async () => {
    const { store, dispose } = await rig();
    expect(await store.balancer.monitor(store.pool, ['http'])).toEqual({ method: 'GET', path: '/health', headers: { host: 'app' }, expect: 'UP' });
    expect(await store.balancer.monitor(store.pool, ['icmp'])).toBeUndefined();
    await dispose();
  });
  it('reads a POST monitor with its body', () => {
    expect(monitorIn({ monitor_template: ['post'], send: ['POST /check HTTP/1.0\r\nContent-Type: text/xml\r\n\r\n<ping/>'], recv: ['pong'] }, ['post'])).toEqual({ method: 'POST', path: '/check', headers: { 'content-type': 'text/xml' }, body: '<ping/>', expect: 'pong' });
  });
  it('says in words what the manager answered', async () => {
    const server = createServer((_request, response) => { response.writeHead(502).end('bad gateway'); });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(new HttpManagerLoadBalancer({ address }, new FetchNetwork()).members({ zone: 'MUM', name: 'app' })).rejects.toThrow('The load balancer manager answered 502 to ltm/api: bad gateway');
    server.closeAllConnections();
    await new Promise<void>((resolve) => { server.close(() => resolve()); });
  });
});
