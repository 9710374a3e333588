import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DetailDocument } from '@edge/contracts';
import { EdgeClient, type EdgeProblem } from '@edge/client';
import { freePorts } from '@edge/testing/engines';
import { demoFolder, removeFolder } from '../embedded/demo-data.js';
import { repositoryRoot } from '../embedded/edge-process.js';
import { ClusterFleet } from './cluster-fleet.js';
import { type ServiceName, serviceNames, ServiceProcess } from './service-process.js';

/** Addresses as the settings take them. */
export interface Engines { kafka: string; mongo: string; elasticsearch: string }

export interface ClusterOptions {
  engines: Engines;
  /** Processes of a service beside its first. */
  replicas?: Partial<Record<ServiceName, number>>;
}

export interface ShownAction { status: string; reason?: string; why?: string; hosts: { host: string; state: string; why?: string }[] }

const unhappy = ['failed', 'cancelled'];
const ends = ['completed', ...unhappy];

/** The six services as processes of their own over real engines, and a fleet of SSH hosts to deploy to. */
export class Cluster {
  readonly adminToken = randomBytes(24).toString('hex');
  readonly serviceToken = randomBytes(24).toString('hex');
  readonly services: ServiceProcess[] = [];
  private fleet: ClusterFleet | undefined;

  private constructor(readonly data: string) {}

  /** Resolves when every service is ready and the demo's project is configured, through the gateway. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(await demoFolder());
    try {
      await cluster.bringUp(options);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Every process of a service. */
  all(name: ServiceName): ServiceProcess[] {
    return this.services.filter((service) => service.name === name);
  }

  service(name: ServiceName, replica = 0): ServiceProcess {
    return this.all(name)[replica]!;
  }

  /** The configuration of its fleet, as `edge apply` takes it. */
  documents(): object[] {
    return this.fleet!.documents();
  }

  /** The home of executors: its `.ssh` opens the fleet. */
  get loginHome(): string {
    return this.fleet!.loginHome;
  }

  /** Speaks to one of the gateways. */
  client({ token = this.adminToken, replica = 0 }: { token?: string; replica?: number } = {}): EdgeClient {
    return new EdgeClient({ url: this.service('gateway', replica).url, token });
  }

  shown(id: string): Promise<ShownAction> {
    return this.client().get<ShownAction>(`/api/v1/actions/${id}`);
  }

  async hasEnded(id: string): Promise<boolean> {
    return ends.includes((await this.shown(id)).status);
  }

  /** The action once it has ended. */
  async ended(id: string): Promise<ShownAction> {
    await this.until(() => this.hasEnded(id));
    return this.shown(id);
  }

  /** Every line of the action that the log index has. */
  async lines(id: string): Promise<DetailDocument[]> {
    const lines: DetailDocument[] = [];
    for await (const line of this.client().pages<DetailDocument>(`/api/v1/actions/${id}/logs`, { kind: 'detail', limit: 500 })) lines.push(line);
    return lines;
  }

  /** Rejects after a long time with what the services printed last; at once when the action that it waits for has ended without success. */
  async until(holds: () => boolean | Promise<boolean>, { of: id }: { of?: string } = {}): Promise<void> {
    for (let tries = 0; tries < 6_000; tries++) {
      if (await holds()) return;
      if (id !== undefined && tries % 20 === 19) await this.demandHope(id);
      await sleep(100);
    }
    throw new Error(`It did not come to that. ${this.printed()}`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.end()));
    await this.fleet?.stop();
    await removeFolder(this.data);
  }

  private async demandHope(id: string): Promise<void> {
    const shown = await this.shown(id).catch(() => undefined); // a gateway that is away says nothing of the action
    if (shown && unhappy.includes(shown.status)) throw new Error(`Action ${id} ${said(shown)} It will not come to that. ${this.printed()}`);
  }

  private printed(): string {
    return this.services.map(({ name, output }) => `--- ${name}\n${output.slice(-3_000)}`).join('\n');
  }

  private async bringUp({ engines, replicas = {} }: ClusterOptions): Promise<void> {
    const keys = join(this.data, 'keys');
    const made = spawnSync(process.execPath, [join(repositoryRoot(), 'apps/cli/dist/program.js'), 'keys', 'create', keys], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`edge keys create failed: ${made.stderr}`);
    this.fleet = await ClusterFleet.start(this.data);
    const names = [...serviceNames, ...serviceNames.flatMap((name) => Array<ServiceName>(replicas[name] ?? 0).fill(name))];
    const ports = await freePorts(names.length);
    const settings = { ...this.settings(engines, ports), EDGE_KEYS: keys };
    names.forEach((name, index) => this.services.push(new ServiceProcess(name, { ...settings, EDGE_PORT: String(ports[index]) }).start()));
    await Promise.all(this.services.map((service) => service.ready()));
    const documents = this.fleet.documents();
    // A busy machine may take its time: the gateway gives up (503), and what it asked for is stored meanwhile (412).
    await this.until(() => this.client().post('/api/v1/apply', { documents }).then(() => true, (error: EdgeProblem) => { if ([412, 503].includes(error.status)) return false; throw error; }));
  }

  private settings({ kafka, mongo, elasticsearch }: Engines, ports: number[]): Record<string, string> {
    const at = (name: ServiceName) => `http://127.0.0.1:${ports[serviceNames.indexOf(name)]}`;
    return {
      EDGE_KAFKA_BROKERS: kafka, EDGE_MONGO_URL: mongo, EDGE_ELASTICSEARCH_URL: elasticsearch, EDGE_ACL_URL: at('acl'), EDGE_CONFIG_URL: at('config'), EDGE_EXECUTOR_URL: at('executor'),
      EDGE_SERVICE_TOKEN: this.serviceToken, EDGE_ADMIN_TOKEN: this.adminToken, HOME: this.fleet!.loginHome,
    };
  }
}

function said({ status, why, hosts }: ShownAction): string {
  const lost = hosts.flatMap((host) => (host.why ? [`${host.host}: ${host.why}`] : []));
  return `${status}${why ? `: ${why}` : '.'} ${lost.join(' ')}`;
}
