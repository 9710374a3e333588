import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measured } from '../store/figures.js';
import { quantile } from '../store/samples.js';
import { startMasters } from './control-masters.js';
import type { Answer, Question } from './edge-client.js';
import type { Peers } from './find-peers.js';
import type { Fleet } from './fleet.js';
import type { Latency } from './measure-latency.js';
import { Resident } from './programs.js';
import { runTool } from './run-tool.js';

// Edge is a service: it has run for long when it is asked.
const warmUp = 5;

export interface WarmContest { folder: string; fleet: Fleet; peers: Peers['peers']; client: string; rounds: number }

/** The same command over connections that are open: Edge's pool beside one ControlMaster process per host (their processor time counts). */
export async function measureWarm({ folder, fleet, peers, client, rounds }: WarmContest): Promise<Measured[]> {
  const { ssh } = peers;
  if (!ssh) return [];
  const edge = await startResident(client, { folder, fleet });
  const masters = await startMasters(folder, fleet);
  try {
    const edgeRuns: Answer[] = [];
    const sshRuns: { wallMs: number; cpuMs: number; lines: number }[] = [];
    const tool = ssh.command({ hosts: fleet.hosts.map(({ name }) => name), config: fleet.sshConfig, text: 'hostname', more: masters.options });
    for (let round = 0; round < warmUp; round += 1) await ask(edge, { do: 'run', channel: 'fast' });
    for (let round = 0; round < rounds + 1; round += 1) {
      edgeRuns.push(await ask(edge, { do: 'run', channel: 'fast' }));
      const before = masters.cpuMs();
      const run = await runTool(tool);
      sshRuns.push({ ...run, cpuMs: run.cpuMs + masters.cpuMs() - before });
    }
    return figures(edgeRuns.slice(1), sshRuns.slice(1), fleet.hosts.length);
  } finally {
    await masters.stop();
    await edge.stop();
  }
}

function figures(edge: Answer[], ssh: { wallMs: number; cpuMs: number; lines: number }[], hosts: number): Measured[] {
  const of = (runs: { wallMs: number; cpuMs: number }[], what: 'wallMs' | 'cpuMs') => quantile(runs.map((run) => run[what]), 0.5);
  const ratio = (what: 'wallMs' | 'cpuMs') => quantile(ssh.map((run, round) => run[what] / edge[round]![what]), 0.5);
  const [wall, cpu] = [ratio('wallMs'), ratio('cpuMs')];
  const failed = edge.reduce((sum, run) => sum + hosts - run.ok, 0) + ssh.reduce((sum, run) => sum + hosts - run.lines, 0);
  return [
    { name: 'warm_200_wall', value: wall, unit: '×', goal: 2.5, better: 'more', about: '200 real sshd, warm: wall of ssh with ControlMaster ÷ Edge' },
    { name: 'warm_200_cpu', value: cpu, unit: '×', goal: 12, better: 'more', about: '  client processor time, the same' },
    { name: 'warm_200_edge', value: of(edge, 'wallMs') / 1000, unit: 's', about: `  Edge: wall (processor time ${(of(edge, 'cpuMs') / 1000).toFixed(3)} s)` },
    { name: 'warm_200_ssh', value: of(ssh, 'wallMs') / 1000, unit: 's', about: `  ssh by xargs -P 50: wall (processor time ${(of(ssh, 'cpuMs') / 1000).toFixed(3)} s)` },
    { name: 'warm_200_failed', value: failed, unit: '', goal: 0, about: '  answers that were missing' },
  ];
}

/** One warm command against what sshd itself takes for it. */
export async function measureOne(options: Pick<WarmContest, 'folder' | 'fleet' | 'client'>): Promise<Measured[]> {
  const edge = await startResident(options.client, { ...options, fleet: { ...options.fleet, hosts: options.fleet.hosts.slice(0, 1) } });
  const { floorMs, sameMs, plainMs, durableMs } = await edge.ask<Latency>({ do: 'latency', rounds: 150 });
  await edge.stop();
  const [floor, same, plain, durable] = [floorMs, sameMs, plainMs, durableMs].map((samples) => quantile(samples, 0.5)) as [number, number, number, number];
  return [
    { name: 'one_floor', value: floor, unit: 'ms', about: 'One warm command: bare exec, what sshd takes: median' },
    { name: 'one_sh_above', value: same - floor, unit: 'ms', about: '  a POSIX sh behind the login shell, by bare exec: above the floor' },
    { name: 'one_plain_above', value: plain - floor, unit: 'ms', goal: 1, about: '  plain through Edge: above the floor' },
    { name: 'one_durable_above', value: durable - floor, unit: 'ms', goal: 12, about: '  durable through Edge: above the floor' },
  ];
}

/** How much the process grows by a connection to each host. */
export async function measureMemory(options: Pick<WarmContest, 'folder' | 'fleet' | 'client'>): Promise<Measured[]> {
  const edge = await startResident(options.client, options);
  const before = await ask(edge, { do: 'memory' });
  const after = await ask(edge, { do: 'run', channel: 'fast' });
  await edge.stop();
  return [
    { name: 'memory_1000', value: after.rssMb - before.rssMb, unit: 'MB', goal: 130, about: '1,000 connections: memory grows by' },
    { name: 'memory_1000_failed', value: options.fleet.hosts.length - after.ok, unit: '', goal: 0, about: '  hosts that did not answer' },
    { name: 'connect_1000', value: after.wallMs / 1000, unit: 's', about: '  time to connect to all and run one plain command' },
  ];
}

/** 20 hosts that write at once: for ten seconds 100 MB/s together, then 100 MB each as fast as it goes. */
export async function measureChatter(options: Pick<WarmContest, 'folder' | 'fleet' | 'client'>): Promise<Measured[]> {
  const steady = await chatter(options, 'i=0; while [ $i -lt 100 ]; do i=$((i+1)); head -c 500000 /dev/zero; sleep 0.09; done');
  const full = await chatter(options, 'head -c 100000000 /dev/zero');
  return [
    { name: 'chatter_steady_memory', value: steady.grownMb, unit: 'MB', goal: 100, about: '20 hosts write 100 MB/s together: memory grows by at most' },
    { name: 'chatter_steady_rate', value: 1000 / steady.seconds, unit: 'MB/s', about: '  of all together' },
    { name: 'chatter_memory', value: full.grownMb, unit: 'MB', about: '20 hosts write 100 MB each at once: memory grows by at most' },
    { name: 'chatter_rate', value: 2000 / full.seconds, unit: 'MB/s', about: '  of all together' },
    { name: 'chatter_failed', value: steady.failed + full.failed, unit: '', goal: 0, about: '  commands that did not end well' },
  ];
}

async function chatter(options: Pick<WarmContest, 'folder' | 'fleet' | 'client'>, text: string): Promise<{ grownMb: number; seconds: number; failed: number }> {
  const edge = await startResident(options.client, { ...options, fleet: { ...options.fleet, hosts: options.fleet.hosts.slice(0, 20) }, text });
  const before = await ask(edge, { do: 'memory' });
  const after = await ask(edge, { do: 'run', channel: 'fast' });
  await edge.stop();
  return { grownMb: after.mostRssMb - before.rssMb, seconds: after.wallMs / 1000, failed: 20 - after.ok };
}

async function startResident(client: string, { folder, fleet, text = 'hostname' }: { folder: string; fleet: Fleet; text?: string }): Promise<Resident> {
  const task = join(folder, `resident-${fleet.hosts.length}.json`);
  await writeFile(task, JSON.stringify({ hosts: fleet.hosts, keyFile: fleet.keyFile, text, channel: 'fast' }));
  return Resident.start(client, ['resident', task]);
}

const ask = (edge: Resident, question: Question): Promise<Answer> => edge.ask<Answer>(question);
