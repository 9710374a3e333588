import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JournalRecord, newId } from '@edge/contracts';
import type { Cluster } from '@edge/e2e/cluster';
import { SshShell } from '@edge/ssh';
import type { Measured } from '../store/figures.js';
import { quantile, timed } from '../store/samples.js';

/** The first open the connections and let the programs be compiled. */
const WARM_UP = 20;
const ROUNDS = 15;
const DIRECT = 200;
const COMMAND = 'true';

interface HostDocument { kind: string; name: string; address: string; port: number; user: string; keys: string[] }

/** What a durable step costs beyond its command: the same command on the same hosts, one after the other, through the cluster and by SSH alone. */
export async function measureSteps(cluster: Cluster): Promise<Measured[]> {
  const hosts = (cluster.documents() as HostDocument[]).filter(({ kind }) => kind === 'Host');
  const names = hosts.map(({ name }) => name);
  const periods: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const found = await periodsOf(cluster, names);
    if (round >= WARM_UP) periods.push(...found);
  }
  const direct = await directly(cluster, hosts);
  const [step, command] = [quantile(periods, 0.5), quantile(direct, 0.5)];
  return [
    { name: 'step_p50', value: step, unit: 'ms', about: 'a durable step after the other, from schedule to the next schedule: median' },
    { name: 'command_p50', value: command, unit: 'ms', about: '  the same command by SSH alone, launched and recorded on its host: median' },
    { name: 'step_overhead_p50', value: step - command, unit: 'ms', goal: 25, about: '  what the cluster adds: median' },
    { name: 'step_p99', value: quantile(periods, 0.99), unit: 'ms', about: '  a durable step, 99 %' },
  ];
}

async function periodsOf(cluster: Cluster, hosts: string[]): Promise<number[]> {
  const { action_id: action } = await cluster.client().post<{ action_id: string }>('/api/v1/commands', { hosts, command: COMMAND, space: 'demo', concurrency: 1 });
  while (!['completed', 'failed', 'cancelled'].includes((await cluster.client().get<{ status: string }>(`/api/v1/actions/${action}`)).status)) await sleep(50);
  const scheduled: number[] = [];
  for await (const record of cluster.client().pages<JournalRecord>(`/api/v1/actions/${action}/journal`, { limit: 1000 })) {
    if (record.type === 'schedule' && record.steps.some(({ kind }) => kind === 'exec')) scheduled.push(record.at);
  }
  return scheduled.slice(1).map((at, n) => at - scheduled[n]!);
}

async function directly(cluster: Cluster, hosts: HostDocument[]): Promise<number[]> {
  const shell = new SshShell({ identityFiles: [join(cluster.loginHome, '.ssh', 'id_ed25519')] });
  const run = (n: number) => shell.exec({ id: newId(Date.now()), host: hosts[n % hosts.length]!, text: COMMAND, channel: 'durable', withinMs: 30_000 }, () => undefined);
  try {
    for (let n = 0; n < hosts.length; n += 1) await run(n); // opens the connections
    return await timed(DIRECT, run);
  } finally {
    await shell.close(1000);
  }
}
