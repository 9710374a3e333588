import { LoadBalancer, type Member, type MemberRef, type Monitor, type PoolRef } from '@edge/ports';

interface LightPool { members: Member[]; places: Map<string, number>; serving: number; least: number }

const key = ({ zone, name }: PoolRef): string => `${zone}/${name}`;

/** A load balancer that costs next to nothing itself: what a benchmark measures beside it is Edge's own. One server per host. */
export class LightBalancer extends LoadBalancer {
  private readonly pools = new Map<string, LightPool>();

  add(pool: PoolRef, members: readonly Pick<Member, 'host' | 'port'>[]): this {
    this.pools.set(key(pool), { members: members.map((member) => ({ ...member, state: 'in', healthy: true, sessions: 0 })), places: new Map(members.map(({ host }, place) => [host, place])), serving: members.length, least: members.length });
    return this;
  }

  /** The fewest that ever served, of how many. */
  least(pool: PoolRef): { least: number; of: number } {
    const { least, members } = this.pools.get(key(pool))!;
    return { least, of: members.length };
  }

  async members(pool: PoolRef): Promise<Member[]> {
    await answered();
    return this.pools.get(key(pool))!.members.slice();
  }

  drain(pool: PoolRef, member: MemberRef): Promise<void> {
    return this.change(pool, member, 'draining');
  }

  takeOut(pool: PoolRef, member: MemberRef): Promise<void> {
    return this.change(pool, member, 'out');
  }

  putBack(pool: PoolRef, member: MemberRef): Promise<void> {
    return this.change(pool, member, 'in');
  }

  async monitor(): Promise<Monitor | undefined> {
    return undefined;
  }

  private async change(ref: PoolRef, { host }: MemberRef, state: Member['state']): Promise<void> {
    await answered();
    const pool = this.pools.get(key(ref))!;
    const place = pool.places.get(host)!;
    const before = pool.members[place]!;
    pool.members[place] = { ...before, state };
    pool.serving += Number(state === 'in') - Number(before.state === 'in');
    pool.least = Math.min(pool.least, pool.serving);
  }
}

/** As over a network: others come in between. */
function answered(): Promise<void> {
  return new Promise((resolve) => { setImmediate(resolve); });
}
