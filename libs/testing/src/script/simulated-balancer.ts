import type { JsonObject, LoadBalancerAnswer, LoadBalancerCall, PoolMember } from '@edge/contracts';

export interface SimulatedPool { members: string[]; out?: string[]; threshold?: number }

/** A load balancer in memory: keeps floors like the real effect, lets sessions run out look by look, and remembers the least that ever served. */
export class SimulatedBalancer {
  readonly history: string[] = [];
  private readonly pools = new Map<string, Map<string, PoolMember>>();
  private readonly least = new Map<string, number>();

  /** Pools by `zone/name`; `sessions`: how many looks a drained host keeps sessions for. */
  constructor(pools: Record<string, SimulatedPool>, private readonly sessions: Record<string, number> = {}) {
    for (const [name, { members, out = [] }] of Object.entries(pools)) {
      this.pools.set(name, new Map(members.map((host) => [host, { host, state: out.includes(host) ? 'out' : 'in', healthy: true, sessions: 0 }])));
      this.least.set(name, this.serving(name));
    }
  }

  answer(request: JsonObject): LoadBalancerAnswer {
    const call = request as unknown as LoadBalancerCall;
    if (call.op === 'members') return { pools: call.pools.map((pool) => ({ pool, members: this.looked(`${pool.zone}/${pool.name}`) })) };
    this.history.push(`${call.op} ${call.host}`);
    if (call.op === 'drain') {
      for (const { zone, name, keep } of call.pools) {
        const member = this.member(`${zone}/${name}`, call.host);
        const serving = this.serving(`${zone}/${name}`);
        if (serving - (member.state === 'in' ? 1 : 0) < keep) return { done: false, pool: name, serving, keep };
      }
    }
    const state = call.op === 'drain' ? 'draining' : call.op === 'take-out' ? 'out' : 'in';
    for (const { zone, name } of call.pools) this.set(`${zone}/${name}`, call.host, state);
    return { done: true };
  }

  /** Hosts that serve in a pool now. */
  in(pool: string): string[] {
    return [...this.pools.get(pool)!.values()].filter(({ state }) => state === 'in').map(({ host }) => host);
  }

  /** The fewest that ever served in a pool. */
  leastServing(pool: string): number {
    return this.least.get(pool)!;
  }

  /** By hand, as an operator does meanwhile. */
  set(pool: string, host: string, state: PoolMember['state']): void {
    const member = this.member(pool, host);
    member.state = state;
    member.sessions = state === 'draining' ? (this.sessions[host] ?? 0) : 0;
    this.least.set(pool, Math.min(this.least.get(pool)!, this.serving(pool)));
  }

  private looked(pool: string): PoolMember[] {
    const members = this.pools.get(pool);
    if (!members) throw new Error(`The load balancer knows no pool ${pool}.`);
    const seen = [...members.values()].map((member) => ({ ...member }));
    for (const member of members.values()) if (member.sessions > 0) member.sessions -= 1;
    return seen;
  }

  private member(pool: string, host: string): PoolMember {
    const member = this.pools.get(pool)?.get(host);
    if (!member) throw new Error(`Pool ${pool} has no member ${host}.`);
    return member;
  }

  private serving(pool: string): number {
    return [...this.pools.get(pool)!.values()].filter(({ state }) => state === 'in').length;
  }
}
