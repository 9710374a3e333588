import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HaproxyLoadBalancer } from '@edge/haproxy';
import { type Haproxy, startHaproxy } from '@edge/testing/engines';
import { removeFolder } from '../embedded/demo-data.js';
import { EdgeProcess } from '../embedded/edge-process.js';
import { type FleetOptions, SshFleet } from './ssh-fleet.js';
import { startTraffic } from './traffic.js';
import { type Floor, type Watched, watchPools } from './watch-pools.js';

/** Zone → pool → members and the percentage of them that must stay in. A host may be in several pools of its zone. */
export type Layout = Record<string, Record<string, { hosts: string[]; inpool_threshold: number }>>;

/** Beside the defaults of the rig: keys of the project, fields of the documents of platform and environment, settings of Edge, what the hosts are like. */
export interface RigOptions { config?: object; platform?: object; environment?: object; env?: Record<string, string>; hosts?: FleetOptions }

export interface ActionView { action_id: string; status: string; why?: string; rolled_back?: string; hosts: { host: string; state: string; step?: string; why?: string; out_of?: string[] }[]; messages: { level: string; text: string }[] }
export interface Deployed { view: ActionView; watched: Watched; requests: { asked: number; failed: string[] } }

const ends = ['completed', 'failed', 'cancelled'];

/** Real sshd hosts with web servers, a real HAProxy before them and a real `edge up` that rolls out to them, all on loopback. */
export class RolloutRig {
  private constructor(readonly edge: EdgeProcess, readonly data: string, private readonly parts: { fleet: SshFleet; haproxy: Haproxy; layout: Layout; first: string }) {}

  static async start(layout: Layout, version: string, options: RigOptions = {}): Promise<RolloutRig> {
    const pools = poolsOf(layout);
    const fleet = await SshFleet.start([...new Set(pools.flatMap(({ hosts }) => hosts))], version, options.hosts);
    const haproxy = await startHaproxy({
      defaults: ['option redispatch', 'retries 2', 'option httpchk GET /', 'default-server check inter 1s fastinter 200ms fall 2 rise 1'],
      pools: Object.fromEntries(pools.map(({ zone, name, hosts }) => [`${zone}-${name}`, hosts.map((host) => ({ name: host, address: '127.0.0.1', port: fleet.ports.get(host)! }))])),
    });
    const data = await mkdtemp(join(tmpdir(), 'edge-rollout-data-'));
    const edge = await new EdgeProcess({ data, env: { EDGE_SSH_CONFIG: fleet.sshConfig, ...options.env } }).start();
    const rig = new RolloutRig(edge, data, { fleet, haproxy, layout, first: version });
    await edge.client().post('/api/v1/apply', { documents: rig.documents(options) });
    return rig;
  }

  get fleet(): SshFleet {
    return this.parts.fleet;
  }

  get hosts(): string[] {
    return [...this.fleet.ports.keys()];
  }

  get balancer(): HaproxyLoadBalancer {
    return new HaproxyLoadBalancer(this.balancerConfig());
  }

  get fronts(): string[] {
    return Object.values(this.parts.haproxy.front).map((port) => `http://127.0.0.1:${port}/`);
  }

  /** Changes keys of the project. */
  async configure(config: object): Promise<void> {
    await this.edge.client().call('PATCH', '/api/v1/spaces/web/projects/site', { body: { config } });
  }

  /** Asks again and again under one key until Edge has answered, whatever becomes of it meanwhile. */
  async begin(version: string, body: object = {}): Promise<string> {
    await this.fleet.pack(version);
    for (;;) {
      try {
        const headers = { 'idempotency-key': version };
        return (await this.edge.client().post<{ action_id: string }>('/space/web/site/deploy/', { version: `${version}.tar.gz`, ...body }, { headers })).action_id;
      } catch (error) {
        const { status } = error as { status?: number };
        if (status !== undefined && status < 500) throw error;
        await sleep(100);
      }
    }
  }

  view(action: string): Promise<ActionView> {
    return this.edge.client().get<ActionView>(`/api/v1/actions/${action}`);
  }

  /** Pauses, resumes or cancels it. */
  async signal(action: string, signal: 'pause' | 'resume' | 'cancel'): Promise<void> {
    await this.edge.client().post(`/api/v1/actions/${action}/${signal}`, {});
  }

  /** Waits for the action's end; Edge may be gone for a while. */
  async ended(action: string, withinMs = 240_000): Promise<ActionView> {
    return this.until(action, (view) => ends.includes(view.status), withinMs);
  }

  async until(action: string, holds: (view: ActionView) => boolean, withinMs = 60_000): Promise<ActionView> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const view = await this.view(action).catch(() => undefined); // killed just now
      if (view && (holds(view) || ends.includes(view.status))) return view;
      if (Date.now() > deadline) throw new Error(`Action ${action} is ${view?.status ?? 'not to be read'} after ${withinMs} ms: ${view?.why ?? ''}`);
      await sleep(100);
    }
  }

  /** One deploy under traffic of 200 requests/s, with what was seen of requests and pools. */
  async deploy(version: string, meanwhile?: { work: (action: string) => Promise<void>; byHand?: ReadonlySet<string> }): Promise<Deployed> {
    const traffic = startTraffic(this.fronts, 200);
    const watch = watchPools(this.balancer, this.floors(), meanwhile?.byHand);
    const action = await this.begin(version);
    await meanwhile?.work(action);
    const view = await this.ended(action);
    await sleep(300);
    return { view, watched: await watch.stop(), requests: await traffic.stop() };
  }

  /** Members that are not in, per `zone/pool`. */
  async out(): Promise<Record<string, string[]>> {
    const found = await Promise.all(poolsOf(this.parts.layout).map(async ({ zone, name }) => {
      const members = await this.balancer.members({ zone, name });
      return [`${zone}/${name}`, members.filter(({ state }) => state !== 'in').map(({ host }) => host).sort()] as const;
    }));
    return Object.fromEntries(found.filter(([, hosts]) => hosts.length > 0));
  }

  /** What all applications answer: version → how many. */
  async versions(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const answer of await Promise.all(this.hosts.map((host) => this.fleet.running(host)))) counts[answer ?? 'none'] = (counts[answer ?? 'none'] ?? 0) + 1;
    return counts;
  }

  floors(): Floor[] {
    return poolsOf(this.parts.layout).map(({ zone, name, hosts, inpool_threshold: threshold }) => ({ zone, name, mustServe: hosts.length - Math.floor((hosts.length * (100 - threshold)) / 100) }));
  }

  /** HAProxy ends, and does not come back. */
  async loseBalancer(): Promise<void> {
    await this.parts.haproxy.engine.stop();
  }

  async stop(): Promise<void> {
    await this.edge.end();
    await this.parts.haproxy.engine.stop();
    await this.fleet.stop();
    await removeFolder(this.data);
  }

  private balancerConfig() {
    return { type: 'haproxy', address: `tcp:${this.parts.haproxy.address}`, backend: '{zone}-{pool}' };
  }

  private documents({ config = {}, platform = {}, environment = {} }: RigOptions): object[] {
    const { layout } = this.parts;
    const zoneOf = (host: string) => Object.keys(layout).find((zone) => Object.values(layout[zone]!).some(({ hosts }) => hosts.includes(host)))!;
    return [
      { kind: 'Platform', artifact_servers: Object.fromEntries(Object.keys(layout).map((zone) => [zone, this.fleet.artifactServer])), load_balancers: { main: this.balancerConfig() }, ...platform },
      { kind: 'Space', name: 'web', title: 'Web' },
      { kind: 'Environment', name: 'balanced', title: 'Behind HAProxy', script: 'load-balanced', load_balancer: 'main', config: { server_info: 'pool_info', repo_dir: 'repos', context_dir: 'app', stop_command: 'sh app/stop', start_command: 'sh app/start' }, ...environment },
      {
        kind: 'Project', space: 'web', name: 'site', title: 'A site of many hosts', environment: 'balanced',
        config: {
          version: `${this.parts.first}.tar.gz`, is_staggered: true, healthcheck: { http: { port: 'port', path: '/health' } }, healthcheck_count: 2, healthcheck_smart_delay: '200ms', member_session_wait_time: '20s',
          pool_info: Object.fromEntries(Object.entries(layout).map(([zone, pools]) => [zone, Object.entries(pools).map(([pool_name, { inpool_threshold }]) => ({ pool_name, inpool_threshold }))])), ...config,
        },
      },
      ...this.fleet.documents((host) => ({ zone: zoneOf(host), pools: Object.entries(layout[zoneOf(host)]!).filter(([, { hosts }]) => hosts.includes(host)).map(([pool]) => pool), spaces: ['web'] })),
    ];
  }
}

function poolsOf(layout: Layout) {
  return Object.entries(layout).flatMap(([zone, pools]) => Object.entries(pools).map(([name, pool]) => ({ zone, name, ...pool })));
}
