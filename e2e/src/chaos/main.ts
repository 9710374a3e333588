// npm run chaos -- --kills N [--seed S] [--cluster | --rollout | --ssh]: random SIGKILL and SIGSTOP of a real Edge, or of every part of a cluster, under overlapping actions on real SSH hosts;
// then the checker. --ssh: kills of executors, sshd, supervisors on hosts and connections, under single commands.
import { parseArgs } from 'node:util';
import { checkHistory } from '../checker/check-history.js';
import type { Violation } from '../checker/history.js';
import { clusterChaos } from '../cluster/cluster-chaos.js';
import { demoFolder, demoHosts, removeFolder } from '../embedded/demo-data.js';
import { EdgeProcess } from '../embedded/edge-process.js';
import { rolloutChaos } from '../rollout/rollout-chaos.js';
import { dice } from './dice.js';
import { killLoop, median } from './kill-loop.js';
import { awaitEnds, observe } from './observe.js';
import { runSshExecutor } from './ssh-executor.js';
import { sshChaos } from './ssh-kills.js';
import { Workload } from './workload.js';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, cluster: { type: 'boolean', default: false }, rollout: { type: 'boolean', default: false }, ssh: { type: 'boolean', default: false }, executor: { type: 'string' } } });
if (values.executor !== undefined) runSshExecutor(values.executor);
else await main();

async function main(): Promise<void> {
  const wanted = { kills: Number(values.kills), seed: Number(values.seed) };
  console.log(`chaos: ${values.ssh ? 'ssh, ' : values.rollout ? 'a rollout, ' : values.cluster ? 'a cluster, ' : ''}seed ${wanted.seed}, ${wanted.kills} kills`);
  const { violations, ...figures } = values.ssh ? await sshChaos(wanted) : values.rollout ? await rolloutChaos(wanted) : values.cluster ? await clusterChaos(wanted) : await embeddedChaos(wanted);
  for (const violation of violations) console.log(`violation: ${violation.rule}: action ${violation.action}: ${violation.detail}`);
  console.log(JSON.stringify({ ...figures, seed: wanted.seed, violations: violations.length, mutations: 0 }));
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function embeddedChaos({ kills: count, seed }: { kills: number; seed: number }): Promise<{ kills: number; stops: number; actions: number; resumed_ms_median: number; violations: Violation[] }> {
  const throwDice = dice(seed);
  const data = await demoFolder();
  const edge = await new EdgeProcess({ data, args: ['--demo'] }).start();
  const workload = new Workload(edge, demoHosts(data).map((host) => host.name), throwDice, { clients: 4, deployShare: 0.1 });
  const { kills, stops, resumedMs } = await killLoop(edge, throwDice, { kills: count });
  await workload.stop();
  await awaitEnds(edge, workload.acknowledged, 600_000);
  const violations = checkHistory(await observe(edge, data, workload.acknowledged));
  await edge.end('SIGINT');
  if (violations.length === 0) await removeFolder(data);
  else console.log(`data kept in ${data}`);
  return { kills, stops, actions: workload.acknowledged.length, resumed_ms_median: Math.round(median(resumedMs)), violations };
}
