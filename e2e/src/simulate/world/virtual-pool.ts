import { LoadBalancer, type Member, type MemberRef, type Monitor } from '@edge/ports';
import type { Link } from './link.js';
import type { SimulatedWorld } from './simulated-world.js';

export const poolName = 'p';
/** Percentage of its members that must serve. */
export const threshold = 50;

/** One pool that several projects share. Whatever changes it, from whichever program: enough of its members must go on serving. */
export class VirtualPool {
  readonly members: Map<string, Member>;
  private readonly floor: number;

  constructor(private readonly world: SimulatedWorld, hosts: string[]) {
    this.members = new Map(hosts.map((host) => [host, { host, state: 'in', healthy: true, sessions: 0 }]));
    this.floor = Math.ceil((hosts.length * threshold) / 100);
  }

  get serving(): number {
    return [...this.members.values()].filter(({ state }) => state === 'in').length;
  }

  look(): Member[] {
    const seen = [...this.members.values()].map((member) => ({ ...member }));
    for (const member of this.members.values()) member.sessions = Math.max(0, member.sessions - 1);
    return seen;
  }

  change(by: string, host: string, state: Member['state']): void {
    const member = this.members.get(host)!;
    if (member.state === state) return;
    const before = this.serving;
    member.sessions = state === 'draining' ? this.world.dice.between(0, 2) : 0;
    member.state = state;
    this.world.story.tell(by, `pool: ${host} is ${state}`, { serving: this.serving });
    if (this.serving < before && this.serving < this.floor) this.world.watch.violated('pools keep their floor', `${this.serving} of ${this.members.size} serve after ${host} went out, ${this.floor} must.`);
  }
}

/** The pool as one program reaches it. */
export class LinkedBalancer extends LoadBalancer {
  constructor(private readonly link: Link, private readonly pool: VirtualPool) {
    super();
  }

  override members(): Promise<Member[]> {
    return this.reached(() => this.pool.look());
  }

  override drain(_pool: object, { host }: MemberRef): Promise<void> {
    return this.reached(() => this.pool.change(this.link.name, host, 'draining'));
  }

  override takeOut(_pool: object, { host }: MemberRef): Promise<void> {
    return this.reached(() => this.pool.change(this.link.name, host, 'out'));
  }

  override putBack(_pool: object, { host }: MemberRef): Promise<void> {
    return this.reached(() => this.pool.change(this.link.name, host, 'in'));
  }

  override async monitor(): Promise<Monitor | undefined> {
    return undefined;
  }

  /** A load balancer does what it is told at once or not at all: against a change that it makes long after it was asked nobody can do anything. */
  private reached<T>(effect: () => T): Promise<T> {
    return this.link.call('call load-balancer', effect, { late: false, slow: true });
  }
}
