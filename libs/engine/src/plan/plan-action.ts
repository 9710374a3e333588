import { createHash } from 'node:crypto';
import { type ActionDocument, type ActionPlan, type ActionSnapshot, canonicalJson, type Finding, type Json, type JsonObject, type PlannedPool, type PlannedZone, pointerTo, type StepRequest, type StepResult } from '@edge/contracts';
import type { ScriptBundle, ScriptHost, ScriptRun, Turn } from '@edge/ports';
import { mayBeOut } from '../rollout/index.js';
import { PlannedBalancer, type ReadMembers } from './planned-balancer.js';
import { type CheckText, PrintingShell } from './printing-shell.js';

export interface PlanDeps {
  scriptHost: Pick<ScriptHost, 'run'>;
  bundle: ScriptBundle;
  checkText: CheckText;
  /** Absent: every host of the action is taken to serve in the pools that it names. */
  readMembers?: ReadMembers;
}

const mostTurns = 500_000;

/**
 * What an action would do: its own script on the same kit, with a shell that prints instead of running. Nothing is changed anywhere; the load
 * balancer is only read. The same configuration, hosts and pool states always give the same hash.
 */
export async function planAction(document: Pick<ActionDocument, 'type' | 'snapshot'>, deps: PlanDeps): Promise<ActionPlan> {
  const { type, snapshot } = document;
  const balancer = new PlannedBalancer(deps.readMembers ?? assumed(snapshot));
  const shell = new PrintingShell(snapshot, { balancer, checkText: deps.checkText });
  const run = deps.scriptHost.run(deps.bundle, { action: 'planned', type, snapshot: snapshot as unknown as JsonObject });
  const end = await playThrough(run, shell);
  if (end && !end.ok) shell.findings.push({ pointer: '/script', detail: end.error.message, ...(end.error.file ? { remedy: `Look at ${end.error.file}:${end.error.line}.` } : {}), level: 'error' });
  const zones = shell.planned.map((zone) => ({ ...zone, pools: poolsOf(snapshot, zone.zone, balancer) }));
  const emptied = zones.flatMap(({ zone, pools }) => pools.filter(({ serving, least_serving: least }) => serving > 0 && least === 0).map(({ pool, serving }) => `All ${serving} serving members of pool ${pool} in zone ${zone} are out at the same time.`));
  const plan = { type, script: snapshot.script, zone_order: snapshot.zoneOrder, versions: versionsOf(snapshot), zones, findings: [...zones.flatMap((zone) => noRoom(zone, snapshot, shell.findings)), ...shell.findings], warnings: [...emptied, ...shell.warnings] };
  return { plan_hash: createHash('sha256').update(canonicalJson({ ...plan, values: snapshot.values })).digest('hex'), ...plan };
}

/** Everything that the script waits for is answered in the order of its asking, and given back together: each on its own would go to the script's thread and back. */
async function playThrough(run: ScriptRun, shell: PrintingShell): Promise<Turn['end']> {
  try {
    let turns = [await run.start()];
    for (let given = 0; given < mostTurns; given += turns.length) {
      const end = turns.at(-1)?.end;
      const answers = await answersTo(turns.flatMap(({ requests }) => requests), shell, end);
      if (end) return end;
      if (answers.length === 0) return { ok: false, error: { message: 'The script waits for nothing and does not end.' } };
      turns = await run.deliverAll(answers);
    }
    return { ok: false, error: { message: `The script does not end within ${mostTurns} steps.` } };
  } finally {
    run.stop();
  }
}

/** Of a script that has ended only the notes are of interest. */
async function answersTo(requests: readonly StepRequest[], shell: PrintingShell, end: Turn['end']): Promise<StepResult[]> {
  const answers: StepResult[] = [];
  for (const request of requests) {
    if (end && request.kind !== 'note') continue;
    const answer = await shell.answer(request);
    if (answer) answers.push(answer);
  }
  return answers;
}

function poolsOf(snapshot: ActionSnapshot, zone: string, balancer: PlannedBalancer): PlannedPool[] {
  return snapshot.pools.filter((pool) => pool.zone === zone).map(({ name, inpool_threshold: threshold }) => {
    const hosts = snapshot.hosts.filter((host) => host.zone === zone && host.pools.includes(name)).length;
    const { members, serving, leastServing } = balancer.seen({ zone, name }) ?? { members: hosts, serving: hosts, leastServing: hosts };
    const view = { name, threshold, members: new Map(Array.from({ length: members }, (_, n) => [String(n), true])), ...(snapshot.allowEmptyPool ? {} : { atLeast: Math.min(1, members) }) };
    return { pool: name, members, serving, must_serve_percent: threshold, may_be_out: mayBeOut(view), least_serving: leastServing };
  });
}

/** Thresholds that keep hosts of the zone from ever going out, each where it is written. */
function noRoom({ zone, pools }: PlannedZone, { hosts, values }: ActionSnapshot, findings: readonly Finding[]): Finding[] {
  const failed = hosts.some((host) => host.zone === zone && findings.some(({ pointer }) => pointer === `/servers/${host.name}`));
  if (!failed) return [];
  return pools.filter(({ members, may_be_out: out }) => members > 0 && out === 0).map(({ pool, members, must_serve_percent: threshold }) => ({
    pointer: pointerToPool(values, zone, pool), detail: `inpool_threshold ${threshold} of pool ${pool} in zone ${zone} lets none of its ${members} members out.`, level: 'error',
    remedy: members > 1 ? `Lower it to ${Math.floor(100 - 100 / members)} or less, or add members.` : 'Add members; a pool of one can only be emptied: inpool_threshold 0, and allow_empty_pool.',
  }));
}

function pointerToPool(values: JsonObject, zone: string, pool: string): string {
  const key = typeof values['server_info'] === 'string' ? values['server_info'] : 'pool_info';
  const listed = (values[key] as Record<string, Json> | undefined)?.[zone];
  const index = Array.isArray(listed) ? listed.findIndex((entry) => (entry as { pool_name?: Json } | null)?.pool_name === pool) : -1;
  return index === -1 ? '/inpool_threshold' : pointerTo(key, zone, index, 'inpool_threshold');
}

function versionsOf({ hosts, from, to, toByHost }: ActionSnapshot): ActionPlan['versions'] {
  return Object.fromEntries(hosts.map(({ name }) => {
    const target = toByHost?.[name] ?? to;
    return [name, { ...(from[name] === undefined ? {} : { from: from[name] }), ...(target === undefined ? {} : { to: target }) }];
  }));
}

function assumed({ hosts }: ActionSnapshot): ReadMembers {
  return (pools) => Promise.resolve(pools.map((pool) => ({
    pool, members: hosts.filter((host) => host.zone === pool.zone && host.pools.includes(pool.name)).map(({ name }) => ({ host: name, state: 'in', healthy: true, sessions: 0 })),
  })));
}
