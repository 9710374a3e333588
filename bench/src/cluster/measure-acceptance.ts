import type { Cluster } from '@edge/e2e/cluster';
import { openLoop } from '../start/open-loop.js';
import type { Measured } from '../store/figures.js';
import { quantile } from '../store/samples.js';

const RATE = { perSecond: 20, seconds: 10 };

/** How soon the gateway of a cluster answers 202: the action is durable in MongoDB then. Each start is for a project of its own. */
export async function measureAcceptance(cluster: Cluster): Promise<Measured[]> {
  await cluster.client().post('/api/v1/apply', { documents: documents(RATE.perSecond * RATE.seconds) });
  const { url } = cluster.service('gateway');
  const answers = await openLoop({ url, token: cluster.adminToken, ...RATE, path: (n) => `/space/bench/project-${n}/restart/`, body: JSON.stringify({ countdown: 86_400 }) });
  const good = answers.filter(({ status }) => status === 202).map(({ ms }) => ms);
  return [
    { name: 'accepted_p50', value: quantile(good, 0.5), unit: 'ms', about: `POST to 202 through the gateway at ${RATE.perSecond}/s for ${RATE.seconds} s, open loop: median` },
    { name: 'accepted_p99', value: quantile(good, 0.99), unit: 'ms', about: '  99 %' },
    { name: 'accepted_refused', value: answers.length - good.length, unit: '', goal: 0, about: '  answered by anything but 202' },
  ];
}

function documents(projects: number): object[] {
  const ofProject = (n: number) => [
    { kind: 'Host', name: `host-${n}`, address: '127.0.0.1', port: 9, zone: 'one', spaces: ['bench'] },
    { kind: 'Project', space: 'bench', name: `project-${n}`, environment: 'plain', config: { server_list: { one: [`host-${n}`] }, stop_command: 'true', start_command: 'true', context_dir: '/srv/app', version: 'app-1.tar.gz' } },
  ];
  const shared = [{ kind: 'Space', name: 'bench', title: 'Bench' }, { kind: 'Environment', name: 'plain', script: 'one-by-one', config: { server_info: 'server_list', repo_dir: '/opt/repo' } }];
  return [...shared, ...Array.from({ length: projects }, (_, n) => ofProject(n)).flat()];
}
