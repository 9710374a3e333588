import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryRoot } from '../embedded/edge-process.js';

export const serviceNames = ['gateway', 'config', 'acl', 'orchestrator', 'executor', 'log-shipper'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** One service of a cluster as a real process: started, killed and started again. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private printed = '';

  constructor(readonly name: ServiceName, private readonly env: Record<string, string>) {}

  get url(): string {
    return `http://127.0.0.1:${this.env.EDGE_PORT}`;
  }

  /** Undefined before its start. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  get output(): string {
    return this.printed;
  }

  /** False before its start, and after its end. */
  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): this {
    const program = join(repositoryRoot(), 'apps', this.name, 'dist/main.js');
    const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
    const child = spawn(process.execPath, [...flags, program], { env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', EDGE_LOG_LEVEL: 'info', KAFKAJS_NO_PARTITIONER_WARNING: '1', ...this.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (data: Buffer) => (this.printed += data.toString()));
    child.stderr.on('data', (data: Buffer) => (this.printed += data.toString()));
    this.child = child;
    return this;
  }

  /** Resolves when it can do its work; rejects with what it printed if it ends before. */
  async ready(): Promise<void> {
    while (!(await this.state())?.ready) {
      if (!this.running) throw new Error(`${this.name} ended before it was ready: ${this.printed}`);
      await sleep(100);
    }
  }

  /** What `/readyz` says; undefined while nothing listens. */
  async state(): Promise<{ ready: boolean; checks: Record<string, { ok: boolean; detail: string }> } | undefined> {
    try {
      return (await (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(10_000) })).json()) as { ready: boolean; checks: Record<string, { ok: boolean; detail: string }> };
    } catch {
      return undefined; // not listening yet
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Ends it and answers its exit code (null after a kill). */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill(signal);
    return ended;
  }
}
