import type { LoadBalancer, PoolRef } from '@edge/ports';

/** Looks at pools every 50 ms; answers the fewest members that were in, per `zone/pool`. */
export function watchPools(balancer: LoadBalancer, pools: readonly PoolRef[]): { stop(): Promise<Record<string, number>> } {
  const least: Record<string, number> = {};
  let on = true;
  const look = async (): Promise<void> => {
    while (on) {
      for (const pool of pools) {
        const serving = (await balancer.members(pool)).filter(({ state }) => state === 'in').length;
        const key = `${pool.zone}/${pool.name}`;
        least[key] = Math.min(least[key] ?? Infinity, serving);
      }
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  };
  const looking = look();
  return {
    async stop() {
      on = false;
      await looking;
      return least;
    },
  };
}
