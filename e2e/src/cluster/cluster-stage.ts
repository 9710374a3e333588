import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeClient } from '@edge/client';
import { topics } from '@edge/contracts';
import type { KeyText } from '@edge/engine';
import { KafkaBus } from '@edge/kafka';
import type { DeliveredRecord } from '@edge/ports';
import { engineAddress } from '@edge/testing/engines';
import type { Stage } from '../access/disbelieves.js';
import { httpCall } from '../access/http-call.js';
import { figureIn, type Shown } from '../access/lab-world.js';
import { type RawMessage, rawRecord } from '../access/raw-message.js';
import type { Cluster } from './cluster.js';

const host = 'web-01';

/** A running cluster with project `app` on one host of its fleet, and a producer without keys beside it. */
export class ClusterStage implements Stage {
  private constructor(private readonly cluster: Cluster, private readonly bus: KafkaBus) {}

  static async over(cluster: Cluster): Promise<ClusterStage> {
    return new ClusterStage(cluster, await KafkaBus.open({ brokers: (await engineAddress('kafka')).split(',') }));
  }

  get client(): EdgeClient {
    return this.cluster.client();
  }

  get printed(): string {
    return this.cluster.services.map(({ output }) => output).join('\n');
  }

  async configure(): Promise<void> {
    const known = this.cluster.documents().find((document) => (document as { name?: string }).name === host) as { zone: string };
    await this.client.post('/api/v1/apply', { documents: [
      { kind: 'Space', name: 'lab', title: 'Lab' }, { ...known, spaces: ['demo', 'lab'] },
      { kind: 'Project', space: 'lab', name: 'app', environment: 'linux', config: { server_list: { [known.zone]: [host] }, stop_command: 'sh stop', start_command: 'sh start', context_dir: 'app' } },
    ] });
  }

  home(name: string): string {
    return join(this.cluster.data, 'demo', 'hosts', host, 'home', name);
  }

  lines(name: string): string[] {
    return existsSync(this.home(name)) ? readFileSync(this.home(name), 'utf8').split('\n').filter(Boolean) : [];
  }

  restart(): Promise<Shown> {
    return this.client.post<Shown>('/space/lab/app/restart/', { countdown: 0 });
  }

  show(id: string): Promise<Shown> {
    return this.client.get<Shown>(`/api/v1/actions/${id}`);
  }

  async ended(id: string): Promise<Shown> {
    await this.cluster.ended(id);
    return this.show(id);
  }

  until(holds: () => boolean | Promise<boolean>): Promise<void> {
    return this.cluster.until(holds);
  }

  key(file: string): Required<KeyText> {
    return JSON.parse(readFileSync(join(this.cluster.data, 'keys', file), 'utf8')) as Required<KeyText>;
  }

  /** Reads both topics until nothing more comes. */
  async messages<T>(type: string): Promise<{ data: T }[]> {
    const found: DeliveredRecord[] = [];
    const failed = (cause: Error) => { throw cause; };
    for (const topic of [topics.commands.name, topics.actions.name]) {
      const reading = await this.bus.subscribe({ topic, group: `stage-${topic}-${Date.now()}`, from: 'earliest' }, { assigned: () => undefined, failed, deliver: (record) => { found.push(record); } });
      for (let before = -1; found.length === 0 || found.length > before; await sleep(1_000)) before = found.length;
      await reading.close();
    }
    return found.filter(({ headers }) => headers.ce_type === type).toSorted((a, b) => a.timestampMs - b.timestampMs).map(({ value }) => ({ data: JSON.parse(value) as T }));
  }

  async send(messages: RawMessage[]): Promise<void> {
    await this.bus.publish(messages.map(rawRecord));
  }

  async figure(name: string): Promise<number> {
    const answers = await Promise.all(this.cluster.services.map(({ url }) => httpCall(url, { method: 'GET', path: '/metrics', token: this.cluster.adminToken })));
    return answers.map((answer) => figureIn(answer, name)).filter((value) => !Number.isNaN(value)).reduce((sum, value) => sum + value, 0);
  }

  stop(): Promise<void> {
    return this.bus.close();
  }
}
