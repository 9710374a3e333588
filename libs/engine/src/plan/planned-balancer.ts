import type { CallPool, KnownPool, LoadBalancerAnswer, LoadBalancerCall, PoolMember } from '@edge/contracts';

const nameOf = ({ zone, name }: CallPool): string => `${zone}/${name}`;

/** One pool as the plan imagines it: its members, those of each host, and how many hosts serve. */
interface ImaginedPool { members: PoolMember[]; byHost: Map<string, PoolMember[]>; first: number; serving: number; least: number }

/** The load balancer of a plan: begins with what was read of the real one, and from then on only imagines. */
export class PlannedBalancer {
  private readonly pools = new Map<string, ImaginedPool>();
  private readonly unread = new Map<string, string>();

  constructor(known: readonly KnownPool[]) {
    for (const one of known) {
      if ('error' in one) this.unread.set(nameOf(one.pool), one.error);
      else this.pools.set(nameOf(one.pool), imagine(one.members));
    }
  }

  /** Pools of a call of which nothing is known yet. */
  unknown({ pools }: LoadBalancerCall): CallPool[] {
    return pools.filter((pool) => !this.pools.has(nameOf(pool)) && !this.unread.has(nameOf(pool))).map(({ zone, name }) => ({ zone, name }));
  }

  /** Every pool is known. @throws why one of them could not be read */
  answer(call: LoadBalancerCall): LoadBalancerAnswer {
    for (const pool of call.pools) if (this.unread.has(nameOf(pool))) throw new Error(this.unread.get(nameOf(pool)));
    if (call.op === 'members') return { pools: call.pools.map((pool) => ({ pool, members: this.pools.get(nameOf(pool))!.members.map((member) => ({ ...member, sessions: 0 })) })) };
    for (const pool of call.pools) change(this.pools.get(nameOf(pool))!, call);
    return { done: true };
  }

  /** What a pool was at first, and the fewest that serve during the plan; undefined for one that was never looked at. */
  seen(pool: CallPool): { members: number; serving: number; leastServing: number } | undefined {
    const imagined = this.pools.get(nameOf(pool));
    return imagined && { members: imagined.byHost.size, serving: imagined.first, leastServing: imagined.least };
  }
}

function imagine(read: readonly PoolMember[]): ImaginedPool {
  const members = read.map((member) => ({ ...member }));
  const byHost = new Map<string, PoolMember[]>();
  for (const member of members) byHost.set(member.host, [...(byHost.get(member.host) ?? []), member]);
  const first = [...byHost.values()].filter(serves).length;
  return { members, byHost, first, serving: first, least: first };
}

/** A host serves when one of its servers does. */
function serves(members: readonly PoolMember[]): boolean {
  return members.some(({ state, healthy }) => state === 'in' && healthy);
}

function change(pool: ImaginedPool, { op, host, port }: Exclude<LoadBalancerCall, { op: 'members' }>): void {
  const mine = pool.byHost.get(host) ?? [];
  const before = serves(mine);
  for (const member of mine) if (port === undefined || member.port === port) member.state = op === 'put-back' ? 'in' : 'out';
  pool.serving += Number(serves(mine)) - Number(before);
  pool.least = Math.min(pool.least, pool.serving);
}
