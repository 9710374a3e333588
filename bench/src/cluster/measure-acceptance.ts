import type { Cluster } from '@edge/e2e/cluster';
import { processorMs } from '../start/edge-under-test.js';
import { openLoop } from '../start/open-loop.js';
import type { Measured } from '../store/figures.js';
import { quantile } from '../store/samples.js';

const RATE = { perSecond: 10, seconds: 10 };
const STARTS = RATE.perSecond * RATE.seconds;

/** How soon the gateway of a cluster answers 202: the action is durable in MongoDB then. Each start is for a project of its own; as many before them let the programs be compiled. */
export async function measureAcceptance(cluster: Cluster): Promise<Measured[]> {
  await cluster.client().post('/api/v1/apply', { documents: documents(2 * STARTS) });
  const { url } = cluster.service('gateway');
  const start = (from: number) => openLoop({ url, token: cluster.adminToken, ...RATE, path: (n) => `/space/bench/project-${from + n}/restart/`, body: JSON.stringify({ countdown: 86_400 }) });
  await start(0);
  const processor = () => cluster.services.reduce((sum, { pid }) => sum + processorMs(pid!), 0);
  const before = processor();
  const answers = await start(STARTS);
  const cost = (processor() - before) / answers.length;
  const good = answers.filter(({ status }) => status === 202).map(({ ms }) => ms);
  return [
    { name: 'accepted_p50', value: quantile(good, 0.5), unit: 'ms', about: `POST to 202 through the gateway at ${RATE.perSecond}/s for ${RATE.seconds} s, open loop: median` },
    { name: 'accepted_p99', value: quantile(good, 0.99), unit: 'ms', about: '  99 %' },
    { name: 'accepted_processor', value: cost, unit: 'ms', about: '  processor time of all services per start' },
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
