import { setTimeout as sleep } from 'node:timers/promises';
import { startElasticsearch, startKafka, startMongo } from '@edge/testing/engines';
import { type Dice, dice } from '../chaos/dice.js';
import { awaitEnds, observe } from '../chaos/observe.js';
import { Workload } from '../chaos/workload.js';
import { checkHistory } from '../checker/check-history.js';
import type { Acknowledged, History, Violation } from '../checker/history.js';
import { demoHosts } from '../embedded/demo-data.js';
import { Cluster } from './cluster.js';

export interface ClusterOutcome { kills: number; stops: number; killed: Record<string, number>; actions: number; commands: number; violations: Violation[] }

/** Something that chaos may kill, freeze and bring back. */
interface Victim { name: string; kill(): Promise<unknown>; back(): Promise<unknown>; freeze(): void; thaw(): void }

const engineShare = 0.12;
const freezeShare = 0.15;
const patienceMs = 600_000;

/** Kills and freezes services, broker and stores at random under overlapping actions, brings each back, and checks what was observed from outside. */
export async function clusterChaos({ kills, seed }: { kills: number; seed: number }): Promise<ClusterOutcome> {
  const throwDice = dice(seed);
  const [kafka, mongo, elasticsearch] = await Promise.all([startKafka(), startMongo(), startElasticsearch()]);
  const engines: Victim[] = ([['kafka', kafka], ['mongo', mongo], ['elasticsearch', elasticsearch]] as const).map(([name, engine]) => ({ name, kill: () => engine.kill(), back: () => engine.restart(), freeze: () => engine.freeze(), thaw: () => engine.thaw() }));
  const cluster = await Cluster.start({ engines: { kafka: kafka.address, mongo: mongo.address, elasticsearch: elasticsearch.address }, replicas: { gateway: 1, orchestrator: 1, executor: 1 } });
  const stopWatching = keepRunning(cluster);
  try {
    const edge = { client: () => cluster.client({ replica: throwDice() < 0.5 ? 0 : 1 }) };
    const workload = new Workload(edge, demoHosts(cluster.data).map(({ name }) => name), throwDice, { clients: 4, deployShare: 0.1 });
    const done = await weather({ services: servicesOf(cluster), engines, throwDice, kills });
    await Promise.all(cluster.services.map(async (service) => { while (!(await service.state())?.ready) await sleep(200); }));
    await workload.stop();
    await awaitEnds(edge, workload.acknowledged, patienceMs);
    await linesThere(cluster, workload.acknowledged);
    const history = await observe({ client: () => cluster.client() }, cluster.data, { acknowledged: workload.acknowledged });
    const violations = checkHistory(history);
    if (violations.length > 0) tellMore(cluster, violations, history);
    return { ...done, actions: workload.acknowledged.length, commands: workload.acknowledged.reduce((sum, { hosts }) => sum + hosts.length, 0), violations };
  } finally {
    stopWatching();
    await cluster.stop();
    await Promise.all([kafka.stop(), mongo.stop(), elasticsearch.stop()]);
  }
}

async function weather({ services, engines, throwDice, kills }: { services: Victim[]; engines: Victim[]; throwDice: Dice; kills: number }): Promise<Pick<ClusterOutcome, 'kills' | 'stops' | 'killed'>> {
  const done: Pick<ClusterOutcome, 'kills' | 'stops' | 'killed'> = { kills: 0, stops: 0, killed: {} };
  while (done.kills < kills) {
    await sleep(300 + throwDice() * 2_200);
    const among = throwDice() < engineShare ? engines : services;
    const victim = among[Math.floor(throwDice() * among.length)]!;
    if (throwDice() < freezeShare) {
      victim.freeze();
      await sleep(300 + throwDice() * 3_000);
      victim.thaw();
      done.stops += 1;
      continue;
    }
    await victim.kill();
    await victim.back();
    done.kills += 1;
    done.killed[victim.name] = (done.killed[victim.name] ?? 0) + 1;
  }
  return done;
}

function servicesOf(cluster: Cluster): Victim[] {
  return cluster.services.map((service) => ({
    name: service.name, kill: () => service.end('SIGKILL'), back: async () => { if (!service.running) service.start(); }, freeze: () => service.signal('SIGSTOP'), thaw: () => service.signal('SIGCONT'),
  }));
}

/** What watches a cluster's processes starts those anew that ended by themselves. */
function keepRunning({ services }: Cluster): () => void {
  const timer = setInterval(() => {
    for (const service of services) if (!service.running) service.start();
  }, 500);
  return () => clearInterval(timer);
}

/** What the services printed about the actions at fault, and what their output looks like. */
function tellMore({ services }: Cluster, violations: Violation[], { actions }: History): void {
  for (const action of new Set(violations.map((violation) => violation.action))) {
    for (const { name, output } of services) for (const line of output.split('\n').filter((text) => text.includes(action))) console.log(`${name}: ${line}`);
    console.log(JSON.stringify(actions[action]?.outputs));
  }
}

/** The log index may be behind: it is given time to hold at least the lines that are due. What is missing then is the checker's to find. */
async function linesThere(cluster: Cluster, acknowledged: Acknowledged[]): Promise<void> {
  const deadline = Date.now() + patienceMs / 5;
  for (const { action, lines } of acknowledged.filter((one) => one.kind === 'count')) {
    const { hosts } = await cluster.client().get<{ hosts: { state: string }[] }>(`/api/v1/actions/${action}`);
    const due = hosts.filter(({ state }) => state === 'succeeded').length * (lines * 2 + 1);
    for (;;) {
      let found = 0;
      for await (const _line of cluster.client().pages<object>(`/api/v1/actions/${action}/logs`, { kind: 'detail', limit: 1000 })) found += 1;
      if (found >= due || Date.now() > deadline) break;
      await sleep(300);
    }
  }
}
