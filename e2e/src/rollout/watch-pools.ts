import type { LoadBalancer, PoolRef } from '@edge/ports';

/** A pool and how many of its members must be in whatever happens. */
export interface Floor extends PoolRef { mustServe: number }

export interface Watched {
  samples: number;
  /** The fewest members that were in, per `zone/pool`. */
  least: Record<string, number>;
  /** Looks at which Edge had taken a further member out although too few were in then. */
  broken: string[];
}

/**
 * Looks at pools every 50 ms. What people take out by hand may bring a pool below its floor; Edge then may take nothing more.
 * @param byHand hosts that people take out, known here before they do
 */
export function watchPools(balancer: LoadBalancer, floors: readonly Floor[], byHand: ReadonlySet<string> = new Set()): { stop(): Promise<Watched> } {
  const watched: Watched = { samples: 0, least: {}, broken: [] };
  const outBefore = new Map<string, Set<string>>();
  let on = true;
  const look = async (floor: Floor): Promise<void> => {
    const members = await balancer.members(floor);
    const out = new Set(members.filter(({ state }) => state !== 'in').map(({ host }) => host));
    const key = `${floor.zone}/${floor.name}`;
    const serving = members.length - out.size;
    const further = [...out].filter((host) => !(outBefore.get(key) ?? out).has(host));
    outBefore.set(key, out);
    watched.least[key] = Math.min(watched.least[key] ?? Infinity, serving);
    const edges = further.filter((host) => !byHand.has(host));
    if (serving < floor.mustServe && edges.length > 0 && edges.length === further.length) watched.broken.push(`${key}: ${edges.join(', ')} taken out, ${serving} of ${members.length} in, ${floor.mustServe} must be`);
  };
  const looking = (async () => {
    while (on) {
      for (const floor of floors) await look(floor);
      watched.samples += 1;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  })();
  return {
    async stop() {
      on = false;
      await looking;
      return watched;
    },
  };
}
