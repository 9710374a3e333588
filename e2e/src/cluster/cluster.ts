import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { EdgeClient } from '@edge/client';
import { freePorts } from '@edge/testing/engines';
import { demoFolder, removeFolder } from '../embedded/demo-data.js';
import { repositoryRoot } from '../embedded/edge-process.js';
import { ClusterFleet } from './cluster-fleet.js';
import { type ServiceName, ServiceProcess } from './service-process.js';

/** Addresses as the settings take them. */
export interface Engines { kafka: string; mongo: string; elasticsearch: string }

const names: ServiceName[] = ['gateway', 'config', 'acl', 'orchestrator', 'executor', 'log-shipper'];

/** The six services as processes of their own over real engines, and a fleet of SSH hosts to deploy to. */
export class Cluster {
  readonly adminToken = randomBytes(24).toString('hex');
  readonly serviceToken = randomBytes(24).toString('hex');
  readonly services = new Map<ServiceName, ServiceProcess>();
  private fleet: ClusterFleet | undefined;

  private constructor(readonly data: string) {}

  /** Resolves when every service is ready and the demo's project is configured, through the gateway. */
  static async start(engines: Engines): Promise<Cluster> {
    const cluster = new Cluster(await demoFolder());
    try {
      await cluster.bringUp(engines);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  service(name: ServiceName): ServiceProcess {
    return this.services.get(name)!;
  }

  client(token = this.adminToken): EdgeClient {
    return new EdgeClient({ url: this.service('gateway').url, token });
  }

  /** Ends everything, and answers each service's exit code. */
  async stop(): Promise<Partial<Record<ServiceName, number | null>>> {
    const codes = await Promise.all([...this.services].map(async ([name, service]) => [name, await service.end()] as const));
    await this.fleet?.stop();
    await removeFolder(this.data);
    return Object.fromEntries(codes);
  }

  private async bringUp(engines: Engines): Promise<void> {
    const keys = join(this.data, 'keys');
    const made = spawnSync(process.execPath, [join(repositoryRoot(), 'apps/cli/dist/program.js'), 'keys', 'create', keys], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`edge keys create failed: ${made.stderr}`);
    this.fleet = await ClusterFleet.start(this.data);
    const ports = await freePorts(names.length);
    names.forEach((name, index) => this.services.set(name, new ServiceProcess(name, { ...this.settings(engines, ports), EDGE_KEYS: keys, EDGE_PORT: String(ports[index]) }).start()));
    await Promise.all([...this.services.values()].map((service) => service.ready()));
    await this.client().post('/api/v1/apply', { documents: this.fleet.documents() });
  }

  private settings({ kafka, mongo, elasticsearch }: Engines, ports: number[]): Record<string, string> {
    const at = (name: ServiceName) => `http://127.0.0.1:${ports[names.indexOf(name)]}`;
    return {
      EDGE_KAFKA_BROKERS: kafka, EDGE_MONGO_URL: mongo, EDGE_ELASTICSEARCH_URL: elasticsearch, EDGE_ACL_URL: at('acl'), EDGE_CONFIG_URL: at('config'),
      EDGE_SERVICE_TOKEN: this.serviceToken, EDGE_ADMIN_TOKEN: this.adminToken, HOME: this.fleet!.loginHome,
    };
  }
}
