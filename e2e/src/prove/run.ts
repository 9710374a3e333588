import { setTimeout as sleep } from 'node:timers/promises';
import { checkHistory } from '../checker/check-history.js';
import type { Violation } from '../checker/history.js';
import { dice } from '../chaos/dice.js';
import { killLoop, type Kills } from '../chaos/kill-loop.js';
import { awaitEnds, observe } from '../chaos/observe.js';
import { Workload } from '../chaos/workload.js';
import { demoFolder, demoHosts, removeFolder } from '../embedded/demo-data.js';
import { EdgeProcess } from '../embedded/edge-process.js';

export interface Outcome { actions: number; commands: number; kills: number; violations: Violation[] }

interface Plan {
  seed: number;
  /** What happens to Edge while it works. */
  weather(edge: EdgeProcess, again: () => EdgeProcess): Promise<Kills>;
  program?: string;
  clients?: number;
  /** How long what was acknowledged may take to end after the weather has calmed. */
  patienceMs?: number;
}

/** One demo fleet under load and bad weather, and what the checker finds afterwards. */
export async function run({ seed, weather, program, clients = 4, patienceMs = 60_000 }: Plan): Promise<Outcome> {
  const data = await demoFolder();
  const options = { data, args: ['--demo'], ...(program ? { program } : {}) };
  const edge = await new EdgeProcess(options).start();
  try {
    const workload = new Workload(edge, demoHosts(data).map((host) => host.name), dice(seed), { clients, deployShare: 0.05 });
    const { kills } = await weather(edge, () => new EdgeProcess(options));
    await workload.stop();
    await awaitEnds(edge, workload.acknowledged, patienceMs);
    const history = await observe(edge, data, { acknowledged: workload.acknowledged });
    const commands = workload.acknowledged.reduce((sum, one) => sum + one.hosts.length, 0);
    return { actions: workload.acknowledged.length, commands, kills, violations: checkHistory(history) };
  } finally {
    edge.signal('SIGCONT');
    await edge.end('SIGINT');
    await removeFolder(data);
  }
}

/** Killed again and again for so long. */
export function killedFor(ms: number, seed: number) {
  return (edge: EdgeProcess): Promise<Kills> => killLoop(edge, dice(seed), { deadline: Date.now() + ms });
}

/**
 * A zombie: Edge is frozen in the middle of its work, a second process takes over the same data, then the first wakes up and goes on.
 * Only a build without lock and fence gets that far.
 */
export async function zombie(edge: EdgeProcess, again: () => EdgeProcess): Promise<Kills> {
  for (let round = 0; round < 3; round++) {
    await sleep(1_500);
    edge.signal('SIGSTOP');
    // Frozen within a transaction, the first still holds the file: then there is no second this time.
    const second = await again().start().catch(() => undefined);
    if (second) await sleep(1_500);
    edge.signal('SIGCONT');
    await sleep(1_000);
    await second?.end('SIGKILL');
  }
  await edge.end('SIGKILL');
  await edge.start();
  return { kills: 4, stops: 3, starts: [], listenedMs: [] };
}
