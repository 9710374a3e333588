import { readFile } from 'node:fs/promises';
import type { EngineFolder } from '../engine-folder.js';
import type { EngineProcess } from '../engine-process.js';
import type { BrokerPlace } from './broker-properties.js';
import type { KafkaSecurity } from './kafka-security.js';

export interface Broker extends BrokerPlace { logFile: string; process: EngineProcess }

interface Parts { folder: EngineFolder; brokers: Broker[]; security: KafkaSecurity | undefined }

/** Running brokers, numbered from 1, and what chaos may do to them. */
export class KafkaCluster {
  constructor(private readonly parts: Parts) {}

  /** `host:port` of every broker, comma-separated, as `EDGE_KAFKA_BROKERS` takes it. */
  get address(): string {
    return this.parts.brokers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  get security(): KafkaSecurity | undefined {
    return this.parts.security;
  }

  get ids(): number[] {
    return this.parts.brokers.map(({ id }) => id);
  }

  pid(id = 1): number | undefined {
    return this.broker(id).process.pid;
  }

  async start(): Promise<void> {
    await Promise.all(this.parts.brokers.map(({ process }) => process.start()));
  }

  /** `kill -9`; resolves when the broker is gone. */
  async kill(id = 1): Promise<void> {
    await this.broker(id).process.kill();
  }

  /** Starts a broker that is down, on the same data and port. */
  async restart(id = 1): Promise<void> {
    await this.broker(id).process.start();
  }

  /** `SIGSTOP`: connections stay open and nothing answers. */
  freeze(id = 1): void {
    this.broker(id).process.signal('SIGSTOP');
  }

  thaw(id = 1): void {
    this.broker(id).process.signal('SIGCONT');
  }

  /** The broker that leads the metadata quorum, by what the brokers logged (clients are told any broker). */
  async controllerId(): Promise<number> {
    const logs = await Promise.all(this.parts.brokers.map(({ logFile }) => readFile(logFile, 'utf8')));
    const terms = logs.flatMap((log) => [...log.matchAll(/QuorumController id=(\d+)\] Becoming the active controller at epoch (\d+)/g)]);
    const [latest] = terms.sort((a, b) => Number(b[2]) - Number(a[2]));
    return Number(latest?.[1]);
  }

  /** Ends all brokers and removes their data. Three have no quorum to leave in order from: they are killed. */
  async stop(): Promise<void> {
    const single = this.parts.brokers.length === 1;
    await Promise.all(this.parts.brokers.map(({ process }) => (single ? process.stop() : process.kill())));
    await this.parts.folder.remove();
  }

  private broker(id: number): Broker {
    const found = this.parts.brokers.find((broker) => broker.id === id);
    if (!found) throw new Error(`There is no broker ${id}; there are ${this.ids.join(', ')}.`);
    return found;
  }
}
