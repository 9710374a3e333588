import type { CallPool, KnownPool, ResolvedProject } from '@edge/contracts';
import type { Clock, Effects } from '@edge/ports';
import { askingMs, askMembers } from './ask-members.js';

/** What the load balancer says now of a project's pools, each by itself: one that cannot be read leaves the others. None without a load balancer that could be asked. */
export async function readPools({ loadBalancer, hosts, pools }: Pick<ResolvedProject, 'loadBalancer' | 'hosts' | 'pools'>, { effects, clock }: { effects: Effects; clock: Clock }): Promise<KnownPool[]> {
  if (!loadBalancer || loadBalancer['type'] === 'none') return [];
  const [snapshot, asking] = [{ loadBalancer, hosts }, { effects, clock, until: clock.now() + askingMs }];
  return Promise.all(pools.map(async ({ zone, name }): Promise<KnownPool> => {
    const pool: CallPool = { zone, name };
    try {
      return { pool, members: (await askMembers([pool], snapshot, asking)).flatMap(({ members }) => members) };
    } catch (error) {
      return { pool, error: error instanceof Error ? error.message : String(error) };
    }
  }));
}
