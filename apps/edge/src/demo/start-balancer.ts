import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type Fleet, poolOf, zones } from './fleet.js';
import { keepRunning } from './keep-running.js';
import { startSmallBalancer } from './small-balancer.js';

/** Puts the fleet's load balancer in front of it, a pool and a front port per zone: the machine's HAProxy, or the small one of our own. */
export async function startBalancer(fleet: Fleet): Promise<{ name: string; stop(): void }> {
  const program = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy', '/usr/bin/haproxy'].find((path) => existsSync(path));
  if (program && spawnSync(program, ['-v']).status === 0) {
    const file = `${fleet.folder}/haproxy.cfg`;
    await writeFile(file, haproxyConfig(fleet));
    return { name: 'HAProxy', stop: keepRunning([program, '-q', '-W', '-db', '-f', file]) };
  }
  const backends = Object.fromEntries(zones.map((zone) => [poolOf(zone), { front: fleet.fronts[zone]!, servers: serversOf(fleet, zone) }]));
  const small = await startSmallBalancer({ backends, admin: { host: '127.0.0.1', port: fleet.balancerPort } });
  return { name: 'a small load balancer', stop: () => small.stop() };
}

function serversOf(fleet: Fleet, zone: string) {
  return fleet.hosts.filter((host) => host.zone === zone).map((host) => ({ name: host.name, address: '127.0.0.1', port: host.appPort }));
}

/** A shop that is deployed past the load balancer (`demo/shop`, host by host) is passed over while it is down: `redispatch`, `retry-on`. */
function haproxyConfig(fleet: Fleet): string {
  const lines = [
    'global', `  stats socket ipv4@127.0.0.1:${fleet.balancerPort} level admin`, '  maxconn 500',
    'defaults', '  mode http', '  timeout connect 2s', '  timeout client 30s', '  timeout server 30s', '  timeout check 1s', '  retries 5', '  option redispatch 1', '  retry-on conn-failure empty-response', '  option forwardfor',
    ...zones.flatMap((zone) => [
      `frontend front-${zone}`, `  bind 127.0.0.1:${fleet.fronts[zone]}`, `  default_backend ${poolOf(zone)}`,
      `backend ${poolOf(zone)}`, '  balance roundrobin', '  default-server check inter 500ms fall 2 rise 1',
      ...serversOf(fleet, zone).map(({ name, address, port }) => `  server ${name} ${address}:${port}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
