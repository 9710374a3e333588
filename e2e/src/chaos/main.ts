// npm run chaos -- --kills N [--seed S] [--cluster | --rollout | --ssh]: random SIGKILL and SIGSTOP of a real Edge, or of every part of a cluster, under overlapping actions on real SSH hosts;
// then the checker. --ssh: kills of executors, sshd, supervisors on hosts and connections, under single commands.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkHistory } from '../checker/check-history.js';
import { clusterChaos } from '../cluster/cluster-chaos.js';
import { demoFolder, demoHosts, removeFolder } from '../embedded/demo-data.js';
import { EdgeProcess } from '../embedded/edge-process.js';
import { mutant } from '../prove/mutant.js';
import { rolloutChaos } from '../rollout/rollout-chaos.js';
import { dice } from './dice.js';
import { EventReaders } from './event-readers.js';
import { killLoop, median } from './kill-loop.js';
import { awaitEnds, observe } from './observe.js';
import { resumedAfter } from './resumed-after.js';
import { runSshExecutor } from './ssh-executor.js';
import { sshChaos } from './ssh-kills.js';
import { Workload } from './workload.js';

/** So many actions have somebody who reads their events: one in so many. */
const everyNthIsRead = 4;
const patienceMs = 300_000;
const began = Date.now();
const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, cluster: { type: 'boolean', default: false }, rollout: { type: 'boolean', default: false }, ssh: { type: 'boolean', default: false }, executor: { type: 'string' } } });
if (values.executor !== undefined) runSshExecutor(values.executor);
else await main();

async function main(): Promise<void> {
  const wanted = { kills: Number(values.kills), seed: Number(values.seed) };
  console.log(`chaos: ${values.ssh ? 'ssh, ' : values.rollout ? 'a rollout, ' : values.cluster ? 'a cluster, ' : ''}seed ${wanted.seed}, ${wanted.kills} kills`);
  const { violations, ...figures } = values.ssh ? await sshChaos(wanted) : values.rollout ? await rolloutChaos(wanted) : values.cluster ? await clusterChaos(wanted) : await embeddedChaos(wanted);
  for (const violation of violations) console.log(`violation: ${violation.rule}: action ${violation.action}: ${violation.detail}`);
  console.log(JSON.stringify({ ...figures, seed: wanted.seed, violations: violations.length, mutations: 0 }));
  process.exit(violations.length === 0 ? 0 : 1); // left to itself, Node was seen to wait for ever for the pipes of processes that were killed
}

async function embeddedChaos({ kills: count, seed }: { kills: number; seed: number }) {
  const throwDice = dice(seed);
  const data = await demoFolder();
  const copy = await mkdtemp(join(tmpdir(), 'edge-chaos-')); // a build meanwhile does not change what is tried
  const edge = await new EdgeProcess({ data, args: ['--demo'], program: await mutant(copy, []) }).start();
  const workload = new Workload(edge, demoHosts(data).map((host) => host.name), throwDice, { clients: 4, deployShare: 0.1 });
  const readers = new EventReaders(edge);
  workload.onAcknowledged = ({ action }) => { if (workload.acknowledged.length % everyNthIsRead === 0) readers.read(action); };
  const { kills, stops, starts, listenedMs } = await killLoop(edge, throwDice, { kills: count, after: ({ kills: so }) => { if (so % 20 === 0) tell(`${so} kills, ${workload.acknowledged.length} actions`); } });
  await workload.stop();
  await awaitEnds(edge, workload.acknowledged, patienceMs);
  tell('at rest; reading everything');
  await readers.done(patienceMs);
  const history = await observe(edge, data, { acknowledged: workload.acknowledged, facts: readers.facts });
  const violations = checkHistory(history);
  await edge.end('SIGINT');
  await removeFolder(copy);
  if (violations.length === 0) await removeFolder(data);
  else console.log(`data kept in ${data}`);
  const resumed = resumedAfter(starts, history);
  return {
    kills, stops, actions: workload.acknowledged.length, commands: workload.acknowledged.reduce((sum, { hosts }) => sum + hosts.length, 0), streams: readers.facts.size,
    listening_ms_median: Math.round(median(listenedMs)), resumed: resumed.length, resumed_ms_median: Math.round(median(resumed)), seconds: Math.round((Date.now() - began) / 1000), violations,
  };
}

function tell(text: string): void {
  process.stderr.write(`${Math.round((Date.now() - began) / 1000)} s: ${text}\n`);
}
