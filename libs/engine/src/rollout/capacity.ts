/** One pool as it is now. `threshold`: percentage of its members that must stay in. `atLeast`: members that must stay in whatever the threshold says. */
export interface PoolView {
  name: string;
  threshold: number;
  /** Every member by host name; true: it serves. */
  members: ReadonlyMap<string, boolean>;
  atLeast?: number;
}

/** How many members may be out at most, were all of them in: floor(total × (100 − threshold) / 100), less what must stay. */
export function mayBeOut({ members, threshold, atLeast = 0 }: PoolView): number {
  const total = members.size;
  return Math.max(0, Math.min(Math.floor((total * (100 - threshold)) / 100), total - atLeast));
}

/** How many members must serve at any time. */
export function mustServe(pool: PoolView): number {
  return pool.members.size - mayBeOut(pool);
}

export function serving({ members }: PoolView): number {
  let count = 0;
  for (const serves of members.values()) if (serves) count += 1;
  return count;
}

/**
 * How many more may be taken out now: what may be out, less what is out already. A pool that serves nobody has nothing to lose: there
 * no host is ever held back, since only taking out a serving member costs capacity.
 */
export function room(pool: PoolView): number {
  return Math.max(0, serving(pool) - mustServe(pool));
}
