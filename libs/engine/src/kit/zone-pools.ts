import type { CallPool, KeptPool, LoadBalancerAnswer, PoolMember, ResolvedPool } from '@edge/contracts';
import { type Host, milliseconds } from '@edge/script';
import { mustServe, type PoolView } from '../rollout/index.js';
import { call, callThrough } from './calls.js';
import { CallFailed } from './conversation.js';
import type { World } from './create-context.js';

type Change = { op: 'drain'; pools: KeptPool[] } | { op: 'take-out' | 'put-back'; pools: CallPool[] };

/**
 * Pools of one zone: what they are now, and which hosts this action took out. Members come from the load balancer; where there is none, from
 * the hosts that name zone and pool, which then all serve.
 */
export class ZonePools {
  private readonly pools: readonly ResolvedPool[];
  private members = new Map<string, PoolMember[]>();
  /** The same by host, then pool, once somebody asks; and how many of each pool must serve. */
  private byHost: Map<string, Map<string, PoolMember[]>> | undefined;
  private readonly floors = new Map<string, number>();
  private readonly hosts: ReadonlyMap<string, Host>;
  /** Host → pools that this action (or an earlier one, which left it so) took it out of. */
  private readonly ours = new Map<string, Set<string>>();
  private readonly balanced: boolean;
  /** The script takes hosts out itself: one that failed while it is in was still serving. Otherwise it counts as broken. */
  drains = false;

  constructor(private readonly world: World, readonly zone: string, readonly port?: number | string) {
    const { pools, loadBalancer, leftOut = {} } = world.snapshot;
    this.pools = pools.filter((pool) => pool.zone === zone);
    this.hosts = new Map(world.hosts.map((host) => [host.name, host]));
    this.balanced = loadBalancer !== undefined && loadBalancer['type'] !== 'none';
    for (const host of world.hosts) if (host.zone === zone && leftOut[host.name]) this.ours.set(host.name, new Set(leftOut[host.name]));
  }

  get names(): string[] {
    return this.pools.map(({ name }) => name);
  }

  /** How long a zone waits for a pool that can spare nobody. */
  get waitForRoomMs(): number {
    const value = this.world.values['capacity_wait'];
    return milliseconds(typeof value === 'string' || typeof value === 'number' ? value : '5m');
  }

  /** Reads every pool anew. @throws CallFailed when one cannot be read */
  async read(): Promise<PoolView[]> {
    if (!this.balanced) return this.staticViews();
    const pools = this.pools.map(({ zone, name }) => ({ zone, name }));
    const answer = await call(this.world.conversation, 'load-balancer', { request: { op: 'members', pools }, scope: `${this.zone}:members` });
    if (!('pools' in answer)) throw new CallFailed('The load balancer gave no members.');
    this.took(answer.pools);
    return this.pools.map(({ name, inpool_threshold: threshold }) => this.view(name, threshold, (this.members.get(name) ?? []).map((member) => [member.host, this.serves(member)])));
  }

  /** A host is out, but not by us: it stays so. */
  outByOthers(host: string): boolean {
    const states = [...this.membershipsOf(host).values()];
    return this.balanced && !this.isOurs(host) && states.length > 0 && states.every(({ state }) => state !== 'in');
  }

  isOurs(host: string): boolean {
    return (this.ours.get(host)?.size ?? 0) > 0;
  }

  sessions(host: string): number {
    return Math.max(0, ...[...this.membershipsOf(host).values()].map(({ sessions }) => sessions));
  }

  /**
   * Starts draining in every pool of the host at once; answers why it could not be spared, if so. From the moment of asking the host counts
   * as ours: a crash or cancellation meanwhile must find it to put back.
   */
  async drain(host: Host): Promise<string | undefined> {
    const memberships = this.membershipsOf(host.name);
    const mine = [...memberships].filter(([pool, { state }]) => state === 'in' || this.ours.get(host.name)?.has(pool)).map(([pool]) => pool);
    if (mine.length === 0) return undefined;
    const before = this.ours.get(host.name);
    this.ours.set(host.name, new Set(mine));
    return this.change(host, { op: 'drain', pools: mine.map((name) => ({ zone: this.zone, name, keep: this.keep(name) })) }, (answer) => {
      if (!('done' in answer) || answer.done) {
        for (const pool of mine) this.world.conversation.note({ event: 'host-out', host: host.name, pool, zone: this.zone });
        return undefined;
      }
      if (before) this.ours.set(host.name, before);
      else this.ours.delete(host.name);
      return `pool ${answer.pool} has ${answer.serving} serving and must keep ${answer.keep}`;
    });
  }

  async takeOut(host: Host): Promise<void> {
    await this.change(host, { op: 'take-out', pools: this.oursOf(host) }, () => undefined);
  }

  async putBack(host: Host): Promise<void> {
    const pools = this.oursOf(host);
    await this.change(host, { op: 'put-back', pools }, () => {
      this.ours.delete(host.name);
      for (const { name } of pools) this.world.conversation.note({ event: 'host-in', host: host.name, pool: name, zone: this.zone });
    });
  }

  /** Members that are out for a reason that may pass: not because this action lost them. */
  mayRecover(pool: PoolView): boolean {
    const lost = [...pool.members.keys()].filter((host) => this.world.ledger.hasFailed(host)).length;
    return pool.members.size - lost > mustServe(pool);
  }

  private async change<T>(host: Host, request: Change, done: (answer: LoadBalancerAnswer) => T): Promise<T> {
    const { conversation } = this.world;
    const before = conversation.cancelled;
    const port = this.portOf(host);
    const result = done(await callThrough(conversation, 'load-balancer', { request: { ...request, host: host.name, ...(port === undefined ? {} : { port }) }, scope: `${host.name}:${request.op}` }));
    conversation.goOn(before);
    return result;
  }

  private portOf(host: Host): number | undefined {
    if (this.port === undefined) return undefined;
    const port = typeof this.port === 'number' ? this.port : Number(host.vars[this.port]);
    if (!Number.isInteger(port)) throw new CallFailed(`Host ${host.name} has no port in its variable "${this.port}".`);
    return port;
  }

  private oursOf(host: Host): CallPool[] {
    return [...(this.ours.get(host.name) ?? [])].map((name) => ({ zone: this.zone, name }));
  }

  private took(pools: readonly { pool: CallPool; members: PoolMember[] }[]): void {
    this.members = new Map(pools.map(({ pool, members }) => [pool.name, members]));
    this.byHost = undefined;
    this.floors.clear();
  }

  private membershipsOf(host: string): Map<string, PoolMember> {
    const own = this.hosts.get(host);
    const port = own && this.portOf(own);
    const found = new Map<string, PoolMember>();
    for (const [pool, members] of (this.byHost ??= byHost(this.members)).get(host) ?? []) {
      for (const member of members) if (port === undefined || member.port === port) found.set(pool, combined(found.get(pool), member));
    }
    return found;
  }

  private serves({ host, state, healthy }: PoolMember): boolean {
    return state === 'in' && healthy && (this.drains || !this.world.ledger.hasFailed(host));
  }

  private view(name: string, threshold: number, entries: [string, boolean][]): PoolView {
    const members = new Map<string, boolean>();
    for (const [host, serves] of entries) members.set(host, (members.get(host) ?? false) || serves);
    return { name, threshold, members, ...(this.world.snapshot.allowEmptyPool ? {} : { atLeast: Math.min(1, members.size) }) };
  }

  private keep(name: string): number {
    const known = this.floors.get(name);
    if (known !== undefined) return known;
    const pool = this.pools.find((each) => each.name === name)!;
    const floor = mustServe(this.view(name, pool.inpool_threshold, (this.members.get(name) ?? []).map(({ host }) => [host, true])));
    this.floors.set(name, floor);
    return floor;
  }

  private staticViews(): PoolView[] {
    const hosts = this.world.hosts.filter((host) => host.zone === this.zone);
    return this.pools.map(({ name, inpool_threshold: threshold }) =>
      this.view(name, threshold, hosts.filter((host) => host.pools.includes(name)).map((host) => [host.name, !this.world.ledger.hasFailed(host.name)])));
  }
}

function byHost(pools: ReadonlyMap<string, readonly PoolMember[]>): Map<string, Map<string, PoolMember[]>> {
  const hosts = new Map<string, Map<string, PoolMember[]>>();
  for (const [pool, members] of pools) {
    for (const member of members) {
      const own = hosts.get(member.host) ?? new Map<string, PoolMember[]>();
      own.set(pool, [...(own.get(pool) ?? []), member]);
      hosts.set(member.host, own);
    }
  }
  return hosts;
}

/** Several servers of one host in a pool: it is in when one is, and busy as the busiest. */
function combined(one: PoolMember | undefined, other: PoolMember): PoolMember {
  if (!one) return other;
  const state = one.state === 'in' || other.state === 'in' ? 'in' : one.state === 'draining' || other.state === 'draining' ? 'draining' : 'out';
  return { ...one, state, healthy: one.healthy || other.healthy, sessions: Math.max(one.sessions, other.sessions) };
}
