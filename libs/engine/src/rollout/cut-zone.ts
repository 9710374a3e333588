import type { PoolView } from './capacity.js';
import { cutStages, sharesFor } from './cut-stages.js';

export interface ZoneToCut {
  /** Hosts of the action in this zone, in their order. */
  hosts: readonly string[];
  /** Pools of the zone in their order, as they are when the action begins. */
  pools: readonly PoolView[];
  /** `plain`: one stage for all. Shares: the project's own; absent: the table. */
  stages: 'plain' | { shares?: readonly number[] };
  /** Pools that take no part in a canary: their hosts go with the leftovers. */
  withoutCanary?: readonly string[];
}

/** `leftovers`: hosts that were out of service when the action began, or take no part in the canary. They go last. */
export interface ZoneStage { share: number; hosts: string[]; leftovers: boolean }

/** Stages of a zone, with the hosts that no pool knows. Every host of the zone is in exactly one of them. */
export function cutZone({ hosts, pools, stages, withoutCanary = [] }: ZoneToCut): { stages: ZoneStage[]; unknown: string[] } {
  const poolsOf = (host: string) => pools.filter((pool) => pool.members.has(host));
  const known = inPoolOrder(hosts, pools);
  const last = (host: string) => poolsOf(host).every((pool) => pool.members.get(host) !== true) || poolsOf(host).every((pool) => withoutCanary.includes(pool.name));
  const first = known.filter((host) => !last(host));
  const leftovers = known.filter(last);
  const shares = stages === 'plain' ? [100] : (stages.shares ?? sharesFor(first.length));
  return {
    stages: [
      ...cutStages(first, shares).map((stage) => ({ ...stage, leftovers: false })),
      ...(leftovers.length > 0 ? [{ share: 100, hosts: leftovers, leftovers: true }] : []),
    ],
    unknown: hosts.filter((host) => poolsOf(host).length === 0),
  };
}

/** Pool after pool, each host at its first pool. */
function inPoolOrder(hosts: readonly string[], pools: readonly PoolView[]): string[] {
  return [...new Set(pools.flatMap((pool) => hosts.filter((host) => pool.members.has(host))))];
}

/** Pool in which a host is acted on: the first that it is a member of. */
export function poolFor(host: string, pools: readonly PoolView[]): string | undefined {
  return pools.find((pool) => pool.members.has(host))?.name;
}

/** Groups for a verdict, of equal size: hosts that were changed and hosts that serve unchanged. Empty where there is nothing to compare with. */
export function canaryGroups(changed: readonly string[], unchanged: readonly string[]): { test: string[]; control: string[] } {
  const size = Math.min(changed.length, unchanged.length);
  return size === 0 ? { test: [...changed], control: [] } : { test: changed.slice(-size), control: unchanged.slice(0, size) };
}
