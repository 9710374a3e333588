import { randomUUID } from 'node:crypto';
import { type ActionDocument, newId, type Signed, topics } from '@edge/contracts';
import type { CommandResultPayload, Envelope, RunCommandPayload } from '@edge/contracts/messages';
import { Calls, createKeyring, defaultLimits, generateKey, Runtime } from '@edge/engine';
import { SystemClock } from '@edge/nest';
import type { BusRecord, Network, ScriptBundle } from '@edge/ports';
import { WorkerScriptHost } from '@edge/script-host';
import { openSqlite } from '@edge/sqlite';
import type { Measured } from '../store/figures.js';
import { LightBalancer } from './light-balancer.js';
import { HOSTS, pools, thousandHosts } from './thousand-hosts.js';

const keys = { command: generateKey(), result: generateKey(), grant: generateKey(), signal: generateKey() };
const keyring = createKeyring({ sign: keys, trust: Object.fromEntries(Object.entries(keys).map(([audience, key]) => [audience, [key]])) });
const healthy: Network = { http: async () => ({ status: 200, body: '' }), connects: async () => undefined };

/**
 * A staggered deploy of 1,000 hosts that answer at once, behind a load balancer that does. Journal, bus and signatures are real. What the hosts themselves
 * take (they check their commands and sign their results) is counted apart: all the rest is Edge's own.
 */
export async function measureRollout(folder: string, bundle: ScriptBundle): Promise<Measured[]> {
  const stores = await openSqlite({ folder });
  const scriptHost = new WorkerScriptHost();
  const balancer = balancerOf();
  const action = actionOf(bundle);
  let commands = 0;
  const hosts = new StandIns();
  let finish: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => { finish = resolve; });
  const { journal, documents, bus } = stores;
  const clock = new SystemClock();
  const runtime = new Runtime({
    journal, documents, scriptHost, clock, keyring, owner: 'bench', newToken: () => randomUUID(), limits: defaultLimits, bundle: async () => bundle,
    effects: new Calls({ clock, documents, network: healthy, loadBalancer: () => balancer }), mayStart: async () => undefined, ended: async () => finish(), note: (facts, text) => console.error(text, facts),
    publish: async (records) => {
      await bus.publish(records);
      for (const command of hosts.timed(() => commandsIn(records))) {
        commands += 1;
        setImmediate(() => { runtime.handle(hosts.timed(() => resultOf(command))).catch(() => undefined); }); // rejected once the action is let go of: its end is known then
      }
    },
  });
  try {
    await bus.ensureTopics([topics.actions, topics.commands, topics.events]);
    await documents.write([{ collection: 'actions', id: action.id, document: action, ifVersion: 0 }]);
    const [began, used] = [performance.now(), process.cpuUsage()];
    await runtime.handle(envelope('edge.action.requested.v1', action.id, { action: action.id }));
    await ended;
    const [wall, { user, system }] = [performance.now() - began, process.cpuUsage(used)];
    const end = (await journal.read(action.id)).at(-1);
    if (end?.type !== 'end' || end.status !== 'completed') throw new Error(`The rollout ended ${JSON.stringify(end)}.`);
    for (const { zone, name, inpool_threshold: threshold } of pools) demandFloor(balancer, { zone, name, threshold });
    const all = (user + system) / 1000;
    return [
      { name: 'rollout_own_per_host', value: (all - hosts.ms) / HOSTS, unit: 'ms', goal: 5, about: `staggered deploy of ${HOSTS} hosts, ${commands} commands: processor time of all threads per host` },
      { name: 'rollout_hosts_per_host', value: hosts.ms / HOSTS, unit: 'ms', about: '  beside it what a host takes to check and sign, in the same process' },
      { name: 'rollout_elapsed_per_host', value: wall / HOSTS, unit: 'ms', about: '  elapsed per host, with the disk and whoever else uses the machine' },
    ];
  } finally {
    await runtime.stop();
    await scriptHost.close();
    await stores.close();
  }
}

/** Processor time of what stands in for hosts. */
class StandIns {
  ms = 0;

  timed<T>(work: () => T): T {
    const began = process.threadCpuUsage();
    const value = work();
    const { user, system } = process.threadCpuUsage(began);
    this.ms += (user + system) / 1000;
    return value;
  }
}

function balancerOf(): LightBalancer {
  const { hosts } = thousandHosts();
  const balancer = new LightBalancer();
  for (const pool of pools) balancer.add(pool, hosts.filter((host) => host.zone === pool.zone && host.pools.includes(pool.name)).map(({ name, vars }) => ({ host: name, port: Number(vars?.['port']) })));
  return balancer;
}

function demandFloor(balancer: LightBalancer, { zone, name, threshold }: { zone: string; name: string; threshold: number }): void {
  const { least, of: all } = balancer.least({ zone, name });
  if (least < Math.ceil((all * threshold) / 100)) throw new Error(`Pool ${zone}/${name} had ${least} of ${all} in.`);
}

function commandsIn(records: readonly BusRecord[]): RunCommandPayload[] {
  return records.filter(({ topic }) => topic === topics.commands.name).map(({ value }) => keyring.verify<RunCommandPayload>('command', (JSON.parse(value) as { signed: Signed }).signed)!);
}

function resultOf({ action, command, key, attempt, host }: RunCommandPayload): Envelope {
  const payload: CommandResultPayload = { action, command, key, attempt, host: host.name, executor: 'bench', result: { outcome: 'exited', cause: 'exit', code: 0 } };
  return envelope('edge.command.finished.v1', action, { action, command, signed: keyring.sign('result', payload) });
}

function envelope(type: string, action: string, data: object): Envelope {
  return { id: '', type, source: 'bench', time: '', correlationid: action, data };
}

function actionOf(bundle: ScriptBundle): ActionDocument {
  const [id, now, snapshot] = [newId(Date.now()), new Date(), thousandHosts()];
  const hosts = snapshot.hosts.map(({ name }) => name);
  const of = { space: 'bench', project: 'shop', type: 'deploy' };
  const acceptedAt = now.toISOString();
  const grant = { action: id, actor: 'user:bench', ...of, hosts, script: bundle.sha, configHash: '', issuedAt: acceptedAt, expiresAt: new Date(now.getTime() + 86_400_000).toISOString() };
  return {
    id, ...of, environment: 'balanced', actor: { subject: 'user:bench', name: 'bench', interactive: false }, acceptedAt, countdownSeconds: 0, startWithinMs: 60_000, onBusy: 'queue', needsApproval: false,
    hosts, requestHash: '', grant: keyring.sign('grant', grant), projection: { status: 'accepted', seq: -1, at: acceptedAt, ended: false }, snapshot: { ...snapshot, script: { name: bundle.name, sha: bundle.sha } },
  };
}
