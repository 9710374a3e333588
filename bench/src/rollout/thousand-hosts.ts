import type { ActionSnapshot } from '@edge/contracts';
import { snapshotOf } from '@edge/testing/script';

export const HOSTS = 1_000;

const poolOf = (n: number): { zone: string; pools: string[] } => (n < 600 ? { zone: 'north', pools: n < 500 ? ['web'] : ['web', 'api'] } : { zone: 'south', pools: ['web'] });

/** 1,000 hosts in two zones and three pools, 100 of them in two pools, of which four fifths must stay in. */
export const pools = [{ zone: 'north', name: 'web', inpool_threshold: 80 }, { zone: 'north', name: 'api', inpool_threshold: 80 }, { zone: 'south', name: 'web', inpool_threshold: 80 }];

/** What a staggered deploy to them by the script `load-balanced` is accepted on. */
export function thousandHosts(): ActionSnapshot {
  const hosts = Object.fromEntries(Array.from({ length: HOSTS }, (_, n) => [`web-${n}`, { ...poolOf(n), vars: { port: 8000 + n }, runs: 'shop-1.tar.gz' }]));
  return snapshotOf({
    type: 'deploy', version: 'shop-2.tar.gz', hosts, pools, loadBalancer: { name: 'main', type: 'simulated' },
    config: { version: 'shop-2.tar.gz', repo_dir: '/opt/repos', context_dir: '/opt/shop', stop_command: '/etc/init.d/shop stop', start_command: '/etc/init.d/shop start', is_staggered: true, healthcheck: { tcp: { port: 'port' } } },
  });
}
