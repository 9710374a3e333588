import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measured, printFigures } from '../store/figures.js';
import { quantile } from '../store/samples.js';
import { processorMs, startEdge, type UnderTest } from './edge-under-test.js';
import { openLoop } from './open-loop.js';

const STARTS = 7;
const RATES = [{ perSecond: 100, seconds: 5 }, { perSecond: 500, seconds: 5 }];

/** Benchmark `start`: how soon the bundled program listens, and how soon `POST` answers 202 when starts come at a fixed rate, each for its own project. */
export async function benchStart(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-bench-'));
  try {
    const listening = await measureListening(join(folder, 'listening'));
    const load: Measured[] = [];
    for (const rate of RATES) load.push(...(await measureLoad(join(folder, `load-${rate.perSecond}`), rate)));
    printFigures('start', [...listening, ...load]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first start makes keys and tables; the others find them. */
async function measureListening(data: string): Promise<Measured[]> {
  const samples: number[] = [];
  const costs: number[] = [];
  for (let n = 0; n < STARTS; n += 1) {
    const edge = await startEdge(data);
    samples.push(edge.sinceStartMs);
    costs.push(processorMs(edge.pid));
    await edge.end();
  }
  const [first, ...others] = samples;
  return [
    { name: 'listening_p50', value: quantile(others, 0.5), unit: 'ms', goal: 600, about: 'process start to the first answer, data there already: median' },
    { name: 'listening_processor', value: quantile(costs, 0.5), unit: 'ms', about: '  processor time of it, all threads: median' },
    { name: 'listening_first', value: first!, unit: 'ms', about: '  the same on an empty data directory' },
  ];
}

async function measureLoad(data: string, { perSecond, seconds }: { perSecond: number; seconds: number }): Promise<Measured[]> {
  const edge = await startEdge(data);
  try {
    await makeProjects(edge, perSecond * seconds);
    const [began, cost] = [performance.now(), processorMs(edge.pid)];
    const answers = await openLoop({ ...edge, perSecond, seconds, path: (n) => `/space/bench/project-${n}/restart/`, body: JSON.stringify({ countdown: 86_400 }) });
    const took = (performance.now() - began) / 1000;
    const costEach = (processorMs(edge.pid) - cost) / answers.length;
    const good = answers.filter(({ status }) => status === 202).map(({ ms }) => ms);
    const goal = perSecond === 500 ? { goal: 50 } : {};
    return [
      { name: `accepted_p50_at_${perSecond}`, value: quantile(good, 0.5), unit: 'ms', about: `POST to 202 at ${perSecond}/s for ${seconds} s, open loop, each its own project: median` },
      { name: `accepted_p99_at_${perSecond}`, value: quantile(good, 0.99), unit: 'ms', ...goal, about: '  99 %' },
      { name: `accepted_per_second_at_${perSecond}`, value: good.length / took, unit: '/s', about: '  accepted per second until the last answer' },
      { name: `processor_per_start_at_${perSecond}`, value: costEach, unit: 'ms', about: '  processor time per start, all threads' },
      { name: `refused_at_${perSecond}`, value: answers.length - good.length, unit: '', goal: 0, about: '  answered by anything but 202' },
    ];
  } finally {
    await edge.end();
  }
}

async function makeProjects({ url, token }: UnderTest, count: number): Promise<void> {
  const documents: object[] = [{ kind: 'Space', name: 'bench', title: 'Bench' }, { kind: 'Environment', name: 'plain', script: 'one-by-one', config: { server_info: 'server_list', repo_dir: '/opt/repo' } }];
  for (let n = 0; n < count; n += 1) {
    documents.push(
      { kind: 'Host', name: `host-${n}`, address: '127.0.0.1', port: 9, zone: 'one', spaces: ['bench'] },
      { kind: 'Project', space: 'bench', name: `project-${n}`, environment: 'plain', config: { server_list: { one: [`host-${n}`] }, stop_command: 'true', start_command: 'true', context_dir: '/srv/app', version: 'app-1.tar.gz' } },
    );
  }
  for (let from = 0; from < documents.length; from += 1000) {
    const answer = await fetch(new URL('/api/v1/apply', url), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ documents: documents.slice(from, from + 1000) }) });
    if (!answer.ok) throw new Error(await answer.text());
  }
}
