import { createHash } from 'node:crypto';
import { type ActionDocument, type ActionPlan, type ActionSnapshot, type CallPool, canonicalJson, type Finding, type Json, type JsonObject, type KnownPool, type PlannedCommand, type PlannedZone, type PoolMember, pointerTo, type Rehearsal } from '@edge/contracts';
import type { ScriptBundle, ScriptHost, ScriptInput, Wants } from '@edge/ports';
import { play } from './rehearse.js';

export type CheckText = (text: string, options: { runAs?: string }) => { verdict: 'allow' | 'approve' | 'deny'; rule: string; detail: string };

/** Reads the members of pools as they are; changes nothing. */
export type ReadMembers = (pools: CallPool[]) => Promise<{ pool: CallPool; members: PoolMember[] }[]>;

export interface PlanDeps {
  scriptHost: Pick<ScriptHost, 'rehearse' | 'run'>;
  bundle: ScriptBundle;
  checkText: CheckText;
  /** Absent: every host of the action is taken to serve in the pools that it names. */
  readMembers?: ReadMembers;
}

/**
 * What an action would do: its own script on the same kit, with a shell that prints instead of running. Nothing is changed anywhere; the load
 * balancer is only read. The same configuration, hosts and pool states always give the same hash.
 */
export async function planAction({ type, snapshot }: Pick<ActionDocument, 'type' | 'snapshot'>, deps: PlanDeps): Promise<ActionPlan> {
  const rehearsal = await rehearsed({ action: 'planned', type, snapshot: snapshot as unknown as JsonObject }, snapshot, deps);
  const policies = rehearsal.texts.map(({ text, run_as: runAs }) => deps.checkText(text, runAs === undefined ? {} : { runAs })).map(({ verdict, rule, detail }) => (verdict === 'allow' ? undefined : { verdict, rule, detail }));
  const plain = { type, script: snapshot.script, zone_order: snapshot.zoneOrder, versions: versionsOf(snapshot) };
  const hash = createHash('sha256').update(canonicalJson({ ...plain, rehearsal, policies, values: snapshot.values, hosts: snapshot.hosts, pools: snapshot.pools, balancer: snapshot.loadBalancer ?? null })).digest('hex'); // every text once: a plan has it once per host
  const zones = zonesOf(rehearsal, policies);
  const emptied = zones.flatMap(({ zone, pools }) => pools.filter(({ serving, least_serving: least }) => serving > 0 && least === 0).map(({ pool, serving }) => `All ${serving} serving members of pool ${pool} in zone ${zone} are out at the same time.`));
  const findings = [...zones.flatMap((zone) => noRoom(zone, snapshot, rehearsal.findings)), ...rehearsal.findings, ...refusedBy(zones)];
  return { plan_hash: hash, ...plain, zones, findings, warnings: [...emptied, ...rehearsal.warnings] };
}

/** The script is played from its beginning again for pools that it asks for and that were not read yet. */
async function rehearsed(input: ScriptInput, snapshot: ActionSnapshot, deps: PlanDeps): Promise<Rehearsal> {
  const known: KnownPool[] = deps.readMembers ? [] : assumed(snapshot);
  for (;;) {
    const played = (await deps.scriptHost.rehearse(deps.bundle, input, known)) ?? (await inTurns(input, snapshot, { ...deps, known }));
    if (!('wants' in played)) return played;
    known.push(...(await Promise.all(played.wants.map((pools) => read(pools, deps)))).flat());
  }
}

/** What a script of a former release is built on cannot play it by itself. */
async function inTurns(input: ScriptInput, snapshot: ActionSnapshot, { scriptHost, bundle, known }: PlanDeps & { known: readonly KnownPool[] }): Promise<Rehearsal | Wants> {
  const run = scriptHost.run(bundle, input);
  try {
    return await play({ start: async () => [await run.start()], deliverAll: (answers) => run.deliverAll(answers) }, snapshot, known);
  } finally {
    run.stop();
  }
}

async function read(pools: CallPool[], { readMembers }: PlanDeps): Promise<KnownPool[]> {
  try {
    const found = new Map((await readMembers!(pools)).map(({ pool, members }) => [`${pool.zone}/${pool.name}`, members]));
    return pools.map((pool) => {
      const members = found.get(`${pool.zone}/${pool.name}`);
      return members ? { pool, members } : { pool, error: `The load balancer does not say who is in pool ${pool.name} of zone ${pool.zone}.` };
    });
  } catch (error) {
    return pools.map((pool) => ({ pool, error: error instanceof Error ? error.message : String(error) }));
  }
}

type Policy = PlannedCommand['policy'];

function zonesOf({ zones, texts }: Rehearsal, policies: readonly Policy[]): PlannedZone[] {
  const command = (host: string, place: number): PlannedCommand => ({ host, ...texts[place]!, ...(policies[place] ? { policy: policies[place] } : {}) });
  return zones.map((zone) => ({
    ...zone, stages: zone.stages.map((stage) => ({
      ...stage, batches: stage.batches.map((batch) => ({ ...batch, steps: batch.steps.map(({ step, hosts, texts: places }) => ({ step, commands: hosts.map((host, index) => command(host, places[index]!)) })) })),
    })),
  }));
}

function refusedBy(zones: readonly PlannedZone[]): Finding[] {
  const steps = zones.flatMap(({ stages }) => stages.flatMap(({ batches }) => batches.flatMap((batch) => batch.steps)));
  return steps.flatMap(({ step, commands }) => commands.flatMap(({ host, policy }) => (policy?.verdict !== 'deny' ? [] : [{
    pointer: `/hosts/${host}/${step}`, detail: `The command policy refuses step "${step}" on ${host}: ${policy.detail}`, remedy: `Rule ${policy.rule}.`, level: 'error' as const,
  }])));
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

function assumed({ hosts, pools }: ActionSnapshot): KnownPool[] {
  return pools.map(({ zone, name }) => ({
    pool: { zone, name }, members: hosts.filter((host) => host.zone === zone && host.pools.includes(name)).map((host) => ({ host: host.name, state: 'in', healthy: true, sessions: 0 })),
  }));
}
