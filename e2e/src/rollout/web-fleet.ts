import { createServer, type Server } from 'node:http';
import type { HostResult } from '@edge/contracts';
import { freePorts } from '@edge/testing/engines';

const ok: HostResult = { outcome: 'exited', cause: 'exit', code: 0 };

/** Applications that answer their version over real HTTP, and that commands stop and start as they would on hosts. A stopped one refuses connections. */
export class WebFleet {
  readonly versions = new Map<string, string>();
  /** Their health check answers 500. */
  readonly sick = new Set<string>();
  private readonly servers = new Map<string, Server>();

  private constructor(readonly ports: ReadonlyMap<string, number>) {}

  static async start(names: readonly string[], version: string): Promise<WebFleet> {
    const ports = await freePorts(names.length);
    const fleet = new WebFleet(new Map(names.map((name, n) => [name, ports[n]!])));
    for (const name of names) await fleet.up(name, version);
    return fleet;
  }

  /** What the script's steps do here: unpacking takes a while, every other step succeeds at once. */
  async exec(host: string, step: string, version: string): Promise<HostResult> {
    if (step === 'stop') await this.down(host);
    if (step === 'unpack') await new Promise((resolve) => { setTimeout(resolve, 100); });
    if (step === 'start') await this.up(host, version);
    return ok;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.servers.keys()].map((host) => this.down(host)));
  }

  private async up(host: string, version: string): Promise<void> {
    const server = createServer((request, response) => {
      const status = request.url === '/health' && this.sick.has(host) ? 500 : 200;
      setTimeout(() => response.writeHead(status).end(`${host} ${version}`), 5);
    });
    this.servers.set(host, server);
    this.versions.set(host, version);
    await new Promise<void>((resolve) => { server.listen(this.ports.get(host), '127.0.0.1', resolve); });
  }

  /** At once, whatever it is answering: a request that is under way fails. */
  private async down(host: string): Promise<void> {
    const server = this.servers.get(host);
    if (!server) return;
    this.servers.delete(host);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}
