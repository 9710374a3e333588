import { type PoolView, room } from './capacity.js';

/**
 * `batch`: these hosts may be acted on together. `blocked`: hosts remain, but the pools can spare none of them now; `by` names the pools.
 * `none`: nothing remains.
 */
export type Cut = { kind: 'batch'; hosts: string[] } | { kind: 'blocked'; hosts: string[]; by: string[] } | { kind: 'none' };

/**
 * The next hosts of a pool that may be acted on together, in their order: serving ones as many as every one of their pools can spare; hosts
 * that do not serve cost no capacity and go when no serving one can.
 * @param candidates hosts that remain, in the order they should go
 * @param pools every pool of the zone as it is now: a host counts in each pool that it serves in
 */
export function nextBatch(candidates: readonly string[], pools: readonly PoolView[]): Cut {
  if (candidates.length === 0) return { kind: 'none' };
  const left = new Map(pools.map((pool) => [pool.name, room(pool)]));
  const batch: string[] = [];
  const idle: string[] = [];
  const short = new Set<string>();
  for (const host of candidates) {
    const served = pools.filter((pool) => pool.members.get(host) === true);
    const without = served.filter((pool) => left.get(pool.name)! < 1);
    for (const pool of without) short.add(pool.name);
    if (served.length === 0) idle.push(host);
    else if (without.length === 0) {
      batch.push(host);
      for (const pool of served) left.set(pool.name, left.get(pool.name)! - 1);
    }
  }
  if (batch.length > 0) return { kind: 'batch', hosts: batch };
  if (idle.length > 0) return { kind: 'batch', hosts: idle };
  return { kind: 'blocked', hosts: [...candidates], by: [...short] };
}
