import type { ActionDocument, CallPool, Json, KnownPool, LoadBalancerAnswer, ResolvedProject } from '@edge/contracts';
import type { Clock, Effects } from '@edge/ports';
import { inTime } from './in-time.js';

const withinMs = 10_000;

/** What the load balancer says now of a project's pools, each by itself: one that cannot be read leaves the others. None without a load balancer that could be asked. */
export async function readPools({ loadBalancer, hosts, pools }: Pick<ResolvedProject, 'loadBalancer' | 'hosts' | 'pools'>, { effects, clock }: { effects: Effects; clock: Clock }): Promise<KnownPool[]> {
  if (!loadBalancer || loadBalancer['type'] === 'none') return [];
  const asking = { snapshot: { loadBalancer, hosts } } as ActionDocument; // reading needs no more of an action
  const until = clock.now() + withinMs;
  return Promise.all(pools.map(async ({ zone, name }): Promise<KnownPool> => {
    const pool: CallPool = { zone, name };
    try {
      const answer = effects.perform(asking, { kind: 'call', key: 'read', service: 'load-balancer', request: { op: 'members', pools: [pool] } as unknown as Json, withinMs }) as Promise<unknown>;
      const { pools: read } = (await inTime(answer, { clock, until, late: `The load balancer ${loadBalancer.name} did not say within ${withinMs / 1000} seconds who is in the pool.` })) as Extract<LoadBalancerAnswer, { pools: unknown }>;
      return { pool, members: read.flatMap(({ members }) => members) };
    } catch (error) {
      return { pool, error: error instanceof Error ? error.message : String(error) };
    }
  }));
}
