import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EdgeClient } from '@edge/client';

const root = new URL('../../../', import.meta.url).pathname;

export interface EdgeOptions {
  data: string;
  args?: string[];
  env?: Record<string, string>;
  /** Another program than the built one: a mutated build of a control run. */
  program?: string;
}

/** A real `edge up` process on one data directory: started, killed and started again by tests and proofs. */
export class EdgeProcess {
  private child: ChildProcess | undefined;
  private printed = '';

  constructor(private readonly options: EdgeOptions) {}

  /** Resolves when it listens; rejects with what it printed if it ends before. */
  async start(): Promise<this> {
    const program = this.options.program ?? join(repositoryRoot(), 'apps/edge/dist/main.js');
    const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
    const child = spawn(process.execPath, [...flags, program, ...(this.options.args ?? [])], {
      env: { ...process.env, EDGE_DATA: this.options.data, EDGE_PORT: '0', EDGE_LOG_LEVEL: 'warn', ...this.options.env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.printed = '';
    child.stdout.on('data', (data: Buffer) => (this.printed += data.toString()));
    child.stderr.on('data', (data: Buffer) => (this.printed += data.toString()));
    while (!(await this.listening())) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`edge ended before it listened: ${this.printed}`);
      await sleep(20);
    }
    return this;
  }

  get output(): string {
    return this.printed;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Where it listens and the administrator's token, from its `edge.json`. */
  address(): { url: string; token: string; pid: number } {
    return JSON.parse(readFileSync(join(this.options.data, 'edge.json'), 'utf8')) as { url: string; token: string; pid: number };
  }

  client(): EdgeClient {
    return new EdgeClient(this.address());
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Ends it and answers its exit code (null after a kill). */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill(signal);
    return ended;
  }

  private async listening(): Promise<boolean> {
    try {
      const { url, pid } = this.address();
      if (pid !== this.child?.pid) return false;
      return (await fetch(new URL('/livez', url))).ok;
    } catch {
      return false; // not written yet, or of the process before
    }
  }
}

/** Programs run from .cache, specs from their source: the root is where package.json names the workspaces. */
export function repositoryRoot(): string {
  for (const candidate of [process.cwd(), root]) {
    try {
      if (readFileSync(join(candidate, 'package.json'), 'utf8').includes('"@edge/root"')) return candidate;
    } catch {
      continue; // not there: try the next
    }
  }
  throw new Error('Run this from the root of the repository.');
}
