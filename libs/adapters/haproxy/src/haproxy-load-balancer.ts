import { type JsonObject, parseDuration } from '@edge/contracts';
import { LoadBalancer, type Member, type MemberRef, type Monitor, type PoolRef } from '@edge/ports';
import { ask } from './ask.js';
import { readDrained } from './read-drained.js';
import { readStat, type Server } from './read-stat.js';

/**
 * How the platform's configuration describes a HAProxy.
 * `address`: one runtime API, several (every one is changed), or by zone. `backends`: `zone/pool` or `pool` → the backends it stands for, where
 * they are not named as `backend` says (`{zone}`, `{pool}`; default `{pool}`). `hosts_by`: servers are found by their name (default; what
 * follows a `:` tells several servers of one host apart) or by their address.
 */
export interface HaproxyConfig {
  address: string | string[] | Record<string, string | string[]>;
  backends?: Record<string, string[]>;
  backend?: string;
  hosts_by?: 'name' | 'address';
  timeout?: string | number;
}

type Change = 'drain' | 'maint' | 'ready';
const safe = /^[A-Za-z0-9_.:-]+$/;

/** HAProxy by its runtime API. What it is told lasts until its next reload, unless the server-state file is kept. */
export class HaproxyLoadBalancer extends LoadBalancer {
  private readonly config: HaproxyConfig;
  private readonly withinMs: number;

  constructor(config: JsonObject) {
    super();
    this.config = config as unknown as HaproxyConfig;
    this.withinMs = parseDuration(this.config.timeout ?? '5s') ?? 5_000;
  }

  /** Over several HAProxies and backends a server is in while one has it in, and its sessions are all of them. */
  async members(pool: PoolRef): Promise<Member[]> {
    const servers = await this.servers(pool);
    const members = new Map<string, Member>();
    for (const { host, port, state, healthy, sessions } of servers) {
      const key = `${host} ${port ?? ''}`;
      const before = members.get(key);
      members.set(key, before ? combined(before, { host, state, healthy, sessions }) : { host, ...(port === undefined ? {} : { port }), state, healthy, sessions });
    }
    return [...members.values()];
  }

  drain(pool: PoolRef, member: MemberRef): Promise<void> {
    return this.change(pool, member, 'drain');
  }

  takeOut(pool: PoolRef, member: MemberRef): Promise<void> {
    return this.change(pool, member, 'maint');
  }

  putBack(pool: PoolRef, member: MemberRef): Promise<void> {
    return this.change(pool, member, 'ready');
  }

  /** The runtime API does not tell what its checks ask. */
  monitor(): Promise<Monitor | undefined> {
    return Promise.resolve(undefined);
  }

  private async change(pool: PoolRef, { host, port }: MemberRef, state: Change): Promise<void> {
    const mine = (await this.servers(pool)).filter((server) => server.host === host && (port === undefined || server.port === port));
    if (mine.length === 0) throw new Error(`Pool ${pool.name} of zone ${pool.zone} has no member ${host}${port === undefined ? '' : `:${port}`} in HAProxy.`);
    for (const { address, backend, server } of mine) {
      const answer = await ask(address, `set server ${backend}/${server} state ${state}`, this.withinMs);
      if (answer !== '') throw new Error(`HAProxy refused to set ${backend}/${server} to ${state}: ${answer}`);
    }
  }

  private async servers(pool: PoolRef): Promise<(Server & { address: string })[]> {
    const asked = this.addresses(pool.zone).flatMap((address) => this.backends(pool).map((backend) => ({ address, backend })));
    return (await Promise.all(asked.map(async ({ address, backend }) => {
      const answer = await ask(address, `show stat ${backend} 4 -1`, this.withinMs);
      if (!answer.startsWith('# pxname')) throw new Error(`HAProxy at ${address} knows no backend ${backend} (pool ${pool.name} of zone ${pool.zone}): ${answer}`);
      const hostOf = ({ name, address: of }: { name: string; address: string }) => (this.config.hosts_by === 'address' ? of : name.split(':')[0]!);
      const servers = readStat(answer, hostOf);
      if (servers.length === 0) throw new Error(`HAProxy at ${address} has no servers in backend ${backend} (pool ${pool.name} of zone ${pool.zone}).`);
      const drained = servers.some(({ healthy }) => !healthy) ? readDrained(await ask(address, `show servers state ${backend}`, this.withinMs)) : new Set<string>();
      return servers.map((server) => ({ ...server, ...(drained.has(server.server) && server.state === 'in' ? { state: 'draining' as const } : {}), address }));
    }))).flat();
  }

  private addresses(zone: string): string[] {
    const { address } = this.config;
    const ours = typeof address === 'object' && !Array.isArray(address) ? address[zone] : address;
    if (ours === undefined) throw new Error(`No HAProxy is configured for zone ${zone}.`);
    return typeof ours === 'string' ? [ours] : ours;
  }

  private backends({ zone, name }: PoolRef): string[] {
    const { backends = {}, backend = '{pool}' } = this.config;
    const found = backends[`${zone}/${name}`] ?? backends[name] ?? [backend.replaceAll('{zone}', zone).replaceAll('{pool}', name)];
    for (const each of found) if (!safe.test(each)) throw new Error(`"${each}" cannot be the name of a HAProxy backend (pool ${name}).`);
    return found;
  }
}

function combined(one: Member, other: Member): Member {
  const states = [one.state, other.state];
  const state = states.includes('in') ? 'in' : states.includes('draining') ? 'draining' : 'out';
  return { ...one, state, healthy: one.healthy && other.healthy, sessions: one.sessions + other.sessions };
}
