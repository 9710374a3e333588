import type { Host, PoolScope } from '@edge/script';
import { canaryGroups, cutZone, nextBatch, type PoolView, poolFor, readShares, type ZoneStage } from '../rollout/index.js';
import { verdictOn } from './canary.js';
import { CallFailed } from './conversation.js';
import type { World } from './create-context.js';
import { nextLookMs } from './next-look.js';
import type { RollOut } from './roll-out.js';
import { workOn } from './work-on.js';
import type { ZonePools } from './zone-pools.js';

interface ZoneRun { rollOut: RollOut; pools: ZonePools; hosts: readonly Host[]; batches: number }

/**
 * Takes a zone with pools through its stages: pool after pool, batches cut anew from what the pools are at that moment. A failed or uncovered
 * host lets its stage end and stops later ones, unless others are to go on. False: not every host of the zone is well.
 */
export async function rollZone(rollOut: RollOut, pools: ZonePools): Promise<boolean> {
  const hosts = rollOut.world.hosts.filter((host) => host.zone === pools.zone);
  const run: ZoneRun = { rollOut, pools, hosts, batches: 0 };
  try {
    const { stages, unknown } = await cut(run);
    for (const host of unknown) rollOut.world.ledger.failed({ host, why: `No pool of zone ${pools.zone} knows this host. Add it to a pool, or take it out of the action.` });
    if (unknown.length > 0 && rollOut.options.onFailure !== 'go-on') return skipRest(run, 'a host that no pool knows');
    return await throughStages(run, stages);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    rollOut.world.conversation.note({ event: 'message', level: 'error', text: `Zone ${pools.zone} stops: ${error.message}` });
    return skipRest(run, error.message);
  }
}

async function cut({ rollOut: { world, options }, pools, hosts }: ZoneRun): Promise<{ stages: ZoneStage[]; unknown: string[] }> {
  const { values } = world;
  const canary = isCanary(world.values, options.verdict);
  const staged = canary || (options.stages ?? (values['is_staggered'] === true ? 'staged' : 'plain')) === 'staged';
  const { shares, findings } = readShares(values['staggered_batch']);
  if (findings.length > 0) throw new CallFailed(findings.map(({ detail }) => detail).join(' '));
  const views = await pools.read();
  const returning = views.map((view) => ({ ...view, members: new Map([...view.members].map(([host, serves]) => [host, serves || pools.isOurs(host)])) }));
  return cutZone({
    hosts: hosts.map(({ name }) => name), pools: returning, stages: staged ? (shares ? { shares } : {}) : 'plain',
    ...(canary ? { withoutCanary: withoutCanary(world, pools) } : {}),
  });
}

export function isCanary(values: Record<string, unknown>, verdict: 'canary' | 'none' | undefined): boolean {
  return (verdict ?? (values['is_canary'] === true ? 'canary' : 'none')) === 'canary' && values['is_canary'] === true;
}

/** `canary_pool` names the zone's pools that take part; else all but those that say `is_canary: false`. */
function withoutCanary({ values, snapshot }: World, { zone, names }: ZonePools): string[] {
  const byZone = (values['canary_pool'] as Record<string, string[]> | undefined) ?? {};
  const zones = [...new Set(snapshot.pools.map((pool) => pool.zone))];
  const strange = Object.keys(byZone).filter((name) => !zones.includes(name));
  if (strange.length > 0) throw new CallFailed(`"canary_pool" names zone ${strange.join(', ')}, which has no pools; there are pools in ${zones.join(', ')}.`);
  const named = byZone[zone] ?? [];
  const unknown = named.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new CallFailed(`"canary_pool" names ${unknown.join(', ')}, which is no pool of zone ${zone}; it has ${names.join(', ')}.`);
  if (named.length > 0) return names.filter((name) => !named.includes(name));
  const said = (values['pool_info'] as Record<string, { pool_name: string; is_canary?: boolean }[]> | undefined)?.[zone] ?? [];
  return said.filter((pool) => pool.is_canary === false).map((pool) => pool.pool_name);
}

async function throughStages(run: ZoneRun, stages: readonly ZoneStage[]): Promise<boolean> {
  const { rollOut: { world, options }, pools: { zone } } = run;
  for (const [index, stage] of stages.entries()) {
    const number = index + 1;
    world.conversation.note({ event: 'stage-started', zone, stage: number, share: stage.share, hosts: stage.hosts });
    await throughPools(run, { names: stage.hosts, stage: number });
    world.conversation.note({ event: 'stage-finished', zone, stage: number, share: stage.share, hosts: stage.hosts });
    const bad = stage.hosts.find((host) => !world.ledger.wellHosts.has(host));
    if (bad !== undefined && options.onFailure !== 'go-on') return skipRest(run, `stage ${number} lost ${bad}`);
    const next = stages[index + 1];
    if (!stage.leftovers && stage.share < 100 && next && isCanary(world.values, options.verdict) && !(await passed(run, stages, index))) return false;
  }
  return run.hosts.every(({ name }) => world.ledger.wellHosts.has(name));
}

/** Waits for the verdict on the stages so far; a negative one stops the zone and, if asked, takes its changed hosts back. */
async function passed(run: ZoneRun, stages: readonly ZoneStage[], index: number): Promise<boolean> {
  const { rollOut: { world }, pools: { zone } } = run;
  const changed = stages.slice(0, index + 1).flatMap(({ hosts }) => hosts).filter((host) => world.ledger.wellHosts.has(host));
  const unchanged = stages.slice(index + 1).filter(({ leftovers }) => !leftovers).flatMap(({ hosts }) => hosts);
  const version = world.snapshot.to;
  const verdict = await verdictOn(world, { zone, stage: index + 1, share: stages[index]!.share, ...canaryGroups(changed, unchanged), ...(version === undefined ? {} : { version }) });
  if (verdict.verdict === 'positive') return true;
  world.conversation.note({ event: 'message', level: 'error', text: `Zone ${zone} stops: ${verdict.why}.` });
  if (world.values['canary_rollback'] === true) await rollBack(run, changed, verdict.why);
  else for (const host of changed) world.ledger.failed({ host, why: `Changed, but ${verdict.why}.` });
  return skipRest(run, verdict.why);
}

/** The same work with the version that each host had; hosts whose former version is not known keep the new one. */
async function rollBack(run: ZoneRun, changed: readonly string[], why: string): Promise<void> {
  const { world } = run.rollOut;
  const back = run.hosts.filter((host) => changed.includes(host.name) && host.runs !== undefined).map((host) => ({ ...host, version: host.runs! }));
  const returned = await throughPools({ ...run, hosts: back }, { names: back.map(({ name }) => name), stage: 0 });
  const unknown = new Set(run.hosts.filter(({ runs }) => runs === undefined).map(({ name }) => name));
  const came = (host: string) => (returned.includes(host) ? ' It was rolled back.' : unknown.has(host) ? ' It was not rolled back: the version that it ran before is not known.' : '');
  for (const host of changed) world.ledger.failed({ host, why: `Changed, but ${why}.${came(host)}` });
  if (returned.length === 0) return;
  const all = returned.length === changed.length && world.ledger.wellHosts.size === 0;
  world.conversation.note({ event: 'rolled-back', extent: all ? 'all' : 'partial' });
}

/** Pool after pool; answers the hosts that came through. */
async function throughPools(run: ZoneRun, { names, stage }: { names: readonly string[]; stage: number }): Promise<string[]> {
  const well: string[] = [];
  const views = await run.pools.read();
  for (const pool of run.pools.names) {
    const mine = names.filter((name) => poolFor(name, views) === pool);
    if (mine.length > 0) well.push(...await around(run, pool, { mine, stage }));
  }
  return well;
}

async function around(run: ZoneRun, pool: string, portion: { mine: readonly string[]; stage: number }): Promise<string[]> {
  const { hooks } = run.rollOut.options;
  const mine = new Set(portion.mine);
  const scope: PoolScope = { zone: run.pools.zone, pool, hosts: run.hosts.filter(({ name }) => mine.has(name)) };
  try {
    await hooks?.before?.(scope);
    return await throughBatches(run, pool, portion);
  } finally {
    await hooks?.after?.(scope);
  }
}

async function throughBatches(run: ZoneRun, pool: string, { mine, stage }: { mine: readonly string[]; stage: number }): Promise<string[]> {
  const { rollOut: { world }, pools } = run;
  const well: string[] = [];
  const byName = new Map(run.hosts.map((host) => [host.name, host]));
  let rest = [...mine];
  let waitedMs = 0;
  let look = 0;
  while (rest.length > 0) {
    world.conversation.mayBegin();
    const views = await pools.read();
    const next = nextBatch(rest, views);
    if (next.kind === 'none') break;
    if (next.kind === 'blocked') {
      const waitable = next.by.every((name) => pools.mayRecover(views.find((view) => view.name === name)!)) && waitedMs < pools.waitForRoomMs;
      if (!waitable) {
        for (const host of rest) world.ledger.failed({ host, why: tooWeak(next.by, views) });
        break;
      }
      const forMs = nextLookMs(look++);
      await world.conversation.ask(`${pools.zone}:room`, { kind: 'timer', forMs });
      waitedMs += forMs;
      continue;
    }
    waitedMs = look = 0;
    const taken = new Set(next.hosts);
    rest = rest.filter((host) => !taken.has(host));
    const hosts = next.hosts.map((name) => byName.get(name)!);
    const batch = await workOn(run.rollOut, { zone: pools.zone, pool, stage, number: ++run.batches, hosts, pools });
    well.push(...batch.hosts.map(({ name }) => name));
  }
  return well;
}

function tooWeak(names: readonly string[], views: readonly PoolView[]): string {
  const pools = views.filter(({ name }) => names.includes(name)).map(({ name, threshold, members }) => `${name} (${[...members.values()].filter(Boolean).length} of ${members.size} serve, ${threshold} % must)`);
  return `The pool cannot spare this host: ${pools.join(', ')}. Bring members back, or lower inpool_threshold.`;
}

function skipRest({ rollOut: { world }, hosts }: ZoneRun, why: string): false {
  for (const host of hosts) world.ledger.skipped(host.name, `Not tried: ${why.replace(/\.$/, '')}.`);
  return false;
}
