import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fleet, hostFolder, poolOf } from './fleet.js';

/** The demo's configuration, as `edge apply` takes it: one space, twelve hosts, and one shop that is deployed in two ways: host by host (`shop`), or in stages behind the load balancer (`store`). */
export function demoDocuments(fleet: Fleet): object[] {
  const zones = Object.keys(fleet.artifactServers);
  const hosts = fleet.hosts.map((host) => ({
    kind: 'Host', name: host.name, address: '127.0.0.1', port: host.sshPort, user: fleet.user, zone: host.zone, pools: [host.pool], spaces: ['demo'], vars: { port: host.appPort },
    keys: [hostKey(fleet, host.name)],
  }));
  const application = { version: 'shop-1.tar.gz', context_dir: 'app', stop_command: 'sh app/stop', start_command: 'sh app/start' };
  return [
    { kind: 'Platform', artifact_servers: fleet.artifactServers, load_balancers: { front: { type: 'haproxy', address: `tcp:127.0.0.1:${fleet.balancerPort}` } } },
    { kind: 'Space', name: 'demo', title: 'Demo', color: '#0a7' },
    { kind: 'Environment', name: 'linux', title: 'Hosts one by one', script: 'one-by-one', config: { server_info: 'server_list', repo_dir: 'repos' } },
    {
      kind: 'Project', space: 'demo', name: 'shop', title: 'A shop that answers its version', environment: 'linux',
      config: {
        ...application,
        server_list: Object.fromEntries(zones.map((zone) => [zone, fleet.hosts.filter((host) => host.zone === zone).map((host) => host.name)])),
      },
    },
    { kind: 'Environment', name: 'balanced', title: 'In stages, behind a load balancer', script: 'load-balanced', load_balancer: 'front', config: { server_info: 'pool_info', repo_dir: 'repos', member_session_wait_time: '30s' } },
    {
      kind: 'Project', space: 'demo', name: 'store', title: 'The same shop: drained, staggered and canaried behind the load balancer', environment: 'balanced',
      config: {
        ...application, is_staggered: true, is_canary: true,
        canary_schedule_api: `http://127.0.0.1:${fleet.windowPort}/canary`, healthcheck: { http: { port: 'port', path: '/' } }, healthcheck_count: 5, healthcheck_smart_delay: '1s',
        pool_info: Object.fromEntries(zones.map((zone) => [zone, [{ pool_name: poolOf(zone), inpool_threshold: 50 }]])),
      },
    },
    ...hosts,
  ];
}

function hostKey(fleet: Fleet, host: string): string {
  return readFileSync(join(hostFolder(fleet, host), 'host_key.pub'), 'utf8').trim().split(' ').slice(0, 2).join(' ');
}
