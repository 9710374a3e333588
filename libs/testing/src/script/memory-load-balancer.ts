import { LoadBalancer, type Member, type MemberRef, type Monitor, type PoolRef } from '@edge/ports';

/** A load balancer in memory, under the same contract as the real ones. `failures` and `ignores` are how real ones let one down. */
export class MemoryLoadBalancer extends LoadBalancer {
  readonly pools = new Map<string, Member[]>();
  /** So many of the next calls are rejected. */
  failures = 0;
  /** Changes of these hosts are taken and not made. */
  readonly ignores = new Set<string>();
  /** The fewest that ever served, by `zone/name`. */
  readonly least = new Map<string, number>();

  add(pool: PoolRef, members: (Pick<Member, 'host' | 'port'> & Partial<Member>)[]): this {
    this.pools.set(key(pool), members.map((member) => ({ state: 'in', healthy: true, sessions: 0, ...member })));
    this.note(pool);
    return this;
  }

  async members(pool: PoolRef): Promise<Member[]> {
    await this.awaited();
    return this.all(pool).map((member) => ({ ...member }));
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
    await this.awaited();
    return { method: 'GET', path: '/health', expect: 'UP' };
  }

  private async change(pool: PoolRef, { host, port }: MemberRef, state: Member['state']): Promise<void> {
    await this.awaited();
    const mine = this.all(pool).filter((member) => member.host === host && (port === undefined || member.port === port));
    if (mine.length === 0) throw new Error(`Pool ${pool.name} has no member ${host}${port === undefined ? '' : `:${port}`}.`);
    if (this.ignores.has(host)) return;
    for (const member of mine) member.state = state;
    this.note(pool);
  }

  private all(pool: PoolRef): Member[] {
    const members = this.pools.get(key(pool));
    if (!members) throw new Error(`There is no pool ${pool.name} in zone ${pool.zone}.`);
    return members;
  }

  private note(pool: PoolRef): void {
    const serving = new Set(this.all(pool).filter(({ state }) => state === 'in').map(({ host }) => host)).size;
    this.least.set(key(pool), Math.min(this.least.get(key(pool)) ?? serving, serving));
  }

  /** As over a network: others come in between. */
  private async awaited(): Promise<void> {
    await new Promise((resolve) => { setImmediate(resolve); });
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('The load balancer hung up.');
    }
  }
}

const key = ({ zone, name }: PoolRef): string => `${zone}/${name}`;
