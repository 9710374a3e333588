import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@edge/contracts';
import type { KeyText } from '@edge/engine';
import type { EdgeClient } from '@edge/client';
import type { BusRecord } from '@edge/ports';
import { partitionOf } from '@edge/sqlite';
import { type LabHost, type LabHostOptions, startLabHost } from '@edge/testing';
import { demoFolder, removeFolder } from '../embedded/demo-data.js';
import { EdgeProcess } from '../embedded/edge-process.js';
import type { Stage } from './disbelieves.js';
import { httpCall } from './http-call.js';
import { type RawMessage, rawRecord } from './raw-message.js';

export interface Shown { action_id: string; status: string; hosts: { host: string; state: string }[]; steps?: unknown }
export interface LabOptions { hosts?: LabHostOptions[]; env?: Record<string, string>; sshConfig?: string[] }

/** One real `edge up` with real sshd hosts, and its files at hand: what lies in them, and rows written past Edge. */
export class LabWorld implements Stage {
  private constructor(readonly data: string, readonly edge: EdgeProcess, readonly hosts: LabHost[]) {}

  static async start({ hosts = [{}], env = {}, sshConfig = [] }: LabOptions = {}): Promise<LabWorld> {
    const data = await demoFolder();
    const labs = await Promise.all(hosts.map((options, index) => startLabHost({ name: `lab-${index + 1}`, ...options })));
    const config = join(data, 'ssh_config');
    writeFileSync(config, [...sshConfig, 'Host *', ...labs.map(({ keyFile }) => `  IdentityFile ${keyFile}`), '  UserKnownHostsFile /dev/null', ''].join('\n'));
    const edge = await new EdgeProcess({ data, env: { EDGE_SSH_CONFIG: config, ...env } }).start();
    return new LabWorld(data, edge, labs);
  }

  get client(): EdgeClient {
    return this.edge.client();
  }

  /** A space `lab` with project `app` on all hosts; its commands are files in each host's home. */
  async configure(more: { config?: object; documents?: object[]; environment?: object } = {}): Promise<void> {
    const documents = [
      { kind: 'Space', name: 'lab', title: 'Lab' },
      { kind: 'Environment', name: 'plain', script: 'one-by-one', config: { server_info: 'server_list', repo_dir: 'repos' }, ...more.environment },
      ...this.hosts.map(({ host }) => ({ kind: 'Host', name: host.name, address: host.address, port: host.port, user: host.user, zone: 'here', pools: ['p'], spaces: ['lab'], keys: host.keys })),
      { kind: 'Project', space: 'lab', name: 'app', environment: 'plain', config: { server_list: { here: this.hosts.map(({ host }) => host.name) }, stop_command: 'sh stop', start_command: 'sh start', context_dir: 'app', ...more.config } },
      ...(more.documents ?? []),
    ];
    await this.client.post('/api/v1/apply', { documents });
  }

  /** A file in the home of a host. */
  home(name: string, host = 0): string {
    return join(this.hosts[host]!.home, name);
  }

  /** Lines that a host's commands left in a file of its home. */
  lines(name: string, host = 0): string[] {
    const file = this.home(name, host);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  }

  async restart(options: { prefer?: string; body?: object } = {}): Promise<Shown> {
    return (await this.client.call<Shown>('POST', '/space/lab/app/restart/', { body: { countdown: 0, ...options.body }, headers: options.prefer ? { prefer: options.prefer } : {} })).body;
  }

  show(id: string): Promise<Shown> {
    return this.client.get<Shown>(`/api/v1/actions/${id}`);
  }

  async ended(id: string): Promise<Shown> {
    let shown = await this.show(id);
    await this.until(async () => ['completed', 'failed', 'cancelled'].includes((shown = await this.show(id)).status));
    return shown;
  }

  /** Says what the action's journal holds when it does not come to that. */
  async untilStatus(id: string, status: string): Promise<void> {
    await this.until(async () => (await this.show(id)).status === status).catch(async (error: Error) => {
      const { items } = await this.client.get<{ items: { type: string; to?: string; signal?: { name: string } }[] }>(`/api/v1/actions/${id}/journal`, { query: { limit: 1_000 } });
      throw new Error(`${error.message}\nWanted ${status}; journal: ${items.map(({ type, to, signal }) => `${type} ${to ?? signal?.name ?? ''}`).join(', ')}`);
    });
  }

  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 1_200; tries++) {
      if (await holds()) return;
      await sleep(50);
    }
    throw new Error(`It did not come to that. ${this.edge.output.slice(-3_000)}`);
  }

  /** What edge.db answers. */
  rows<T>(sql: string, ...values: (string | number)[]): T[] {
    const database = new DatabaseSync(join(this.data, 'edge.db'), { readOnly: true });
    try {
      return database.prepare(sql).all(...values) as T[];
    } finally {
      database.close();
    }
  }

  /** Messages of a type on the bus, oldest first. */
  messages<T>(type: string): { key: string; headers: Record<string, string>; data: T }[] {
    return this.rows<{ key: string; headers: string; value: string }>('SELECT key, headers, value FROM records ORDER BY offset')
      .map(({ key, headers, value }) => ({ key, headers: JSON.parse(headers) as Record<string, string>, data: safe(value) as T }))
      .filter(({ headers }) => headers.ce_type === type);
  }

  /** Kills Edge, lets the work change its data, and starts it again. */
  async while<T>(work: (database: DatabaseSync) => T): Promise<T> {
    await this.edge.end('SIGKILL');
    const database = new DatabaseSync(join(this.data, 'edge.db'));
    try {
      return work(database);
    } finally {
      database.close();
      await this.edge.start();
    }
  }

  /** Puts messages on the bus as somebody would who can write to it. */
  async send(messages: RawMessage[]): Promise<void> {
    await this.while((database) => messages.forEach((message) => insert(database, rawRecord(message))));
  }

  async figure(name: string): Promise<number> {
    return figureIn(await httpCall(this.edge.address().url, { method: 'GET', path: '/metrics', token: this.edge.address().token }), name);
  }

  get printed(): string {
    return this.edge.output;
  }

  key(name: string): Required<KeyText> {
    return JSON.parse(readFileSync(join(this.data, 'keys', name), 'utf8')) as Required<KeyText>;
  }

  async stop(): Promise<void> {
    await this.edge.end();
    await Promise.all(this.hosts.map((host) => host.stop()));
    await removeFolder(this.data);
  }
}

function insert(database: DatabaseSync, { topic, key, headers, value }: BusRecord): void {
  const { partitions } = Object.values(topics).find(({ name }) => name === topic)!;
  const number = (database.prepare('SELECT topic FROM topics WHERE name = ?').get(topic) as { topic: number }).topic;
  database.prepare('INSERT INTO records (topic, partition, at, key, headers, value) VALUES (?, ?, ?, ?, ?, ?)').run(number, partitionOf(key, partitions), Date.now(), key, JSON.stringify(headers), value);
}

/** A counter in what `/metrics` answers. */
export function figureIn({ text }: { text: string }, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
}

function safe(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not every message on the bus is JSON
  }
}
