import type { CallPool, LoadBalancerAnswer, LoadBalancerCall, PoolMember } from '@edge/contracts';

/** Reads the members of pools as they are; changes nothing. */
export type ReadMembers = (pools: CallPool[]) => Promise<{ pool: CallPool; members: PoolMember[] }[]>;

const nameOf = ({ zone, name }: CallPool): string => `${zone}/${name}`;

/** The load balancer of a plan: begins with what the real one says, and from then on only imagines. */
export class PlannedBalancer {
  private readonly pools = new Map<string, PoolMember[]>();
  private readonly first = new Map<string, number>();
  private readonly least = new Map<string, number>();

  constructor(private readonly read: ReadMembers) {}

  async answer(call: LoadBalancerCall): Promise<LoadBalancerAnswer> {
    await this.ensure(call.pools.map(({ zone, name }) => ({ zone, name })));
    if (call.op === 'members') return { pools: call.pools.map((pool) => ({ pool, members: this.pools.get(nameOf(pool))!.map((member) => ({ ...member, sessions: 0 })) })) };
    for (const pool of call.pools) {
      for (const member of this.pools.get(nameOf(pool))!) if (member.host === call.host && (call.port === undefined || member.port === call.port)) member.state = call.op === 'put-back' ? 'in' : 'out';
      this.least.set(nameOf(pool), Math.min(this.least.get(nameOf(pool))!, this.serving(pool)));
    }
    return { done: true };
  }

  /** What a pool was at first, and the fewest that serve during the plan; undefined for one that was never looked at. */
  seen(pool: CallPool): { members: number; serving: number; leastServing: number } | undefined {
    const members = this.pools.get(nameOf(pool));
    return members && { members: new Set(members.map(({ host }) => host)).size, serving: this.first.get(nameOf(pool))!, leastServing: this.least.get(nameOf(pool))! };
  }

  private async ensure(pools: CallPool[]): Promise<void> {
    const unknown = pools.filter((pool) => !this.pools.has(nameOf(pool)));
    if (unknown.length === 0) return;
    for (const { pool, members } of await this.read(unknown)) {
      this.pools.set(nameOf(pool), members.map((member) => ({ ...member })));
      this.first.set(nameOf(pool), this.serving(pool));
      this.least.set(nameOf(pool), this.serving(pool));
    }
  }

  private serving(pool: CallPool): number {
    return new Set(this.pools.get(nameOf(pool))!.filter(({ state, healthy }) => state === 'in' && healthy).map(({ host }) => host)).size;
  }
}
