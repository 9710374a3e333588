import { type JsonObject, type Json, parseDuration } from '@edge/contracts';
import { LoadBalancer, type Member, type MemberRef, type Monitor, type Network, type PoolRef } from '@edge/ports';
import { monitorIn } from './monitor-in.js';

/**
 * How the platform's configuration describes a manager of load balancers: `address` its base URL, `user` who its log names. `level: member`
 * for environments that switch single services of a node: there a node that is off makes its members unhealthy, not out.
 */
export interface HttpManagerConfig { address: string; user?: string; level?: 'node' | 'member'; timeout?: string | number }

/** What the manager says of one `ip:port` of a pool. */
interface PoolEntry { sessions?: number | string; enabled_status?: string }

const enabled = 'ENABLED_STATUS_ENABLED';
/** Disabled by its node, not by itself: at member level it counts as in. */
const byParent = 'ENABLED_STATUS_DISABLED_BY_PARENT';

/**
 * Load balancers behind an HTTP manager in the manner of the original's: form posts, hosts by address. Without a port a whole node is
 * switched, in every pool that it is in; with one only that member.
 */
export class HttpManagerLoadBalancer extends LoadBalancer {
  private readonly config: HttpManagerConfig;
  private readonly withinMs: number;

  constructor(config: JsonObject, private readonly network: Network) {
    super();
    this.config = config as unknown as HttpManagerConfig;
    this.withinMs = parseDuration(this.config.timeout ?? '60s') ?? 60_000;
  }

  async members(pool: PoolRef): Promise<Member[]> {
    const answer = await this.post('ltm/api', { ...this.where(pool), search_name: pool.name, wildcards: '0', use_cache: '0' });
    const entries = objectOf(objectOf(answer['pool_dict'])[pool.name]);
    if (answer['error'] !== 'None' || Object.keys(entries).length === 0) throw new Error(`The load balancer manager knows no pool ${pool.name} of zone ${pool.zone}: ${textOf(answer['error'])}`);
    const nodes = await this.nodes(pool, Object.keys(entries).map((member) => splitMember(member).host));
    return Object.entries(entries).map(([member, entry]) => {
      const { host, port } = splitMember(member);
      const { sessions, enabled_status: status } = objectOf(entry) as PoolEntry;
      const node = nodes.get(host) !== false && status !== byParent;
      const out = (status !== enabled && status !== byParent) || (!node && this.config.level !== 'member');
      const count = Number(sessions ?? 0);
      return { host, ...(port === undefined ? {} : { port }), state: !out ? 'in' : count > 0 ? 'draining' : 'out', healthy: node, sessions: count };
    });
  }

  /** The manager knows one way out: no new sessions, running ones go on. */
  drain(pool: PoolRef, member: MemberRef): Promise<void> {
    return this.switched(pool, member, 'force_disable');
  }

  takeOut(pool: PoolRef, member: MemberRef): Promise<void> {
    return this.switched(pool, member, 'force_disable');
  }

  putBack(pool: PoolRef, member: MemberRef): Promise<void> {
    return this.switched(pool, member, 'enable');
  }

  async monitor(pool: PoolRef, names: readonly string[]): Promise<Monitor | undefined> {
    const answer = await this.post('ltm/pool_info', { ...this.where(pool), search_name: pool.name, wildcards: '0', use_cache: '0' });
    return Number(answer['error_code']) === 200 ? monitorIn(answer, names) : undefined;
  }

  private async switched(pool: PoolRef, { host, port }: MemberRef, action: 'enable' | 'force_disable'): Promise<void> {
    const known = (await this.members(pool)).some((member) => member.host === host && (port === undefined || member.port === port));
    if (!known) throw new Error(`Pool ${pool.name} of zone ${pool.zone} has no member ${host}${port === undefined ? '' : `:${port}`}.`);
    const what = port === undefined
      ? await this.post('ltm/change_node_state', { ...this.where(pool), pool: 'node', member: host, port: '0', action, reason: 'edge' })
      : await this.post('ltm/change_member_state', { ...this.where(pool), pool: pool.name, member: host, port: String(port), action, reason: 'edge' });
    if (what['result'] !== true) throw new Error(`The load balancer manager refused to ${action} ${host} in pool ${pool.name}: ${textOf(what['error'] ?? what['result'])}`);
  }

  /** Node → whether it is enabled. */
  private async nodes(pool: PoolRef, hosts: readonly string[]): Promise<Map<string, boolean>> {
    const answer = await this.post('ltm/node', { ...this.where(pool), search_name: [...new Set(hosts)].join(','), wildcards: '0', use_cache: '0' });
    return new Map(Object.entries(objectOf(answer['node_dict'])).map(([host, node]) => [host, objectOf(node)['enabled_status'] === enabled]));
  }

  private where({ zone, name }: PoolRef): Record<string, string> {
    if (!/^[\w.:-]+$/.test(name)) throw new Error(`"${name}" cannot be the name of a pool.`);
    return { user: this.config.user ?? 'edge', data_center: zone };
  }

  private async post(path: string, form: Record<string, string>): Promise<JsonObject> {
    const url = `${this.config.address.replace(/\/+$/, '')}/${path}`;
    const { status, body } = await this.network.http({
      method: 'POST', url, withinMs: this.withinMs, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(form).toString(),
    });
    if (status !== 200) throw new Error(`The load balancer manager answered ${status} to ${path}: ${body.slice(0, 200)}`);
    try {
      return objectOf(JSON.parse(body) as Json);
    } catch {
      throw new Error(`The load balancer manager answered ${path} with what is no JSON: ${body.slice(0, 200)}`);
    }
  }
}

function splitMember(text: string): { host: string; port?: number } {
  const found = /^(.*):(\d+)$/.exec(text);
  return found ? { host: found[1]!, port: Number(found[2]) } : { host: text };
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined ? 'it gave no reason' : JSON.stringify(value);
}
