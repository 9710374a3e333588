import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fleet, hostFolder } from './fleet.js';

/** The demo's configuration, as `edge apply` takes it: one space, one environment, one project, twelve hosts. */
export function demoDocuments(fleet: Fleet): object[] {
  const zones = Object.keys(fleet.artifactServers);
  const hosts = fleet.hosts.map((host) => ({
    kind: 'Host', name: host.name, address: '127.0.0.1', port: host.sshPort, user: fleet.user, zone: host.zone, pools: [host.pool], spaces: ['demo'], vars: { port: host.appPort },
    keys: [hostKey(fleet, host.name)],
  }));
  return [
    { kind: 'Platform', artifact_servers: fleet.artifactServers },
    { kind: 'Space', name: 'demo', title: 'Demo', color: '#0a7' },
    { kind: 'Environment', name: 'linux', title: 'Hosts one by one', script: 'one-by-one', config: { server_info: 'server_list', repo_dir: 'repos' } },
    {
      kind: 'Project', space: 'demo', name: 'shop', title: 'A shop that answers its version', environment: 'linux',
      config: {
        version: 'shop-1.tar.gz', context_dir: 'app', stop_command: 'sh app/stop', start_command: 'sh app/start',
        server_list: Object.fromEntries(zones.map((zone) => [zone, fleet.hosts.filter((host) => host.zone === zone).map((host) => host.name)])),
      },
    },
    ...hosts,
  ];
}

function hostKey(fleet: Fleet, host: string): string {
  return readFileSync(join(hostFolder(fleet, host), 'host_key.pub'), 'utf8').trim().split(' ').slice(0, 2).join(' ');
}
