import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { EngineFolder } from './engine-folder.js';

export interface ProcessPlan {
  /** In messages: `kafka broker 1`. */
  name: string;
  program: string;
  args: string[];
  folder: EngineFolder;
  /** What it prints is appended here. */
  logFile: string;
  env?: Record<string, string>;
  /** Answers undefined until the engine works; `printed` is what this start has printed so far. */
  ready: (printed: string) => true | undefined | Promise<true | undefined>;
  withinMs?: number;
}

const graceMs = 10_000;

/** One server process, startable again after its end on the same data. */
export class EngineProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<unknown> = Promise.resolve();
  constructor(private readonly plan: ProcessPlan) {}

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Resolves when it is ready to serve; rejects with its last lines when it ends or takes too long. */
  async start(): Promise<void> {
    if (this.child) return;
    const { logFile, ready, withinMs = 90_000 } = this.plan;
    const from = await stat(logFile).then((found) => found.size, () => 0);
    const until = Date.now() + withinMs;
    this.launch();
    while ((await ready(await this.printed(from))) === undefined) {
      if (!this.child) throw new Error(`${this.plan.name} ended while starting: ${await this.tail(from)}`);
      if (Date.now() > until) { await this.kill(); throw new Error(`${this.plan.name} was not ready within ${withinMs} ms: ${await this.tail(from)}`); }
      await pause(30);
    }
  }

  /** `SIGSTOP` freezes it, `SIGCONT` thaws it. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    this.child?.ref();
    this.signal('SIGKILL');
    await this.ended;
  }

  /** Asks it to end; after ten seconds it is killed. */
  async stop(): Promise<void> {
    this.child?.ref();
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  private launch(): void {
    const { program, args, folder, logFile, env } = this.plan;
    const log = openSync(logFile, 'a');
    const child = spawn(program, args, { cwd: folder.path, stdio: ['ignore', log, log], detached: true, env: { ...process.env, ...env } });
    closeSync(log);
    child.unref();
    if (child.pid) folder.holds(child.pid);
    this.child = child;
    this.ended = once(child, 'exit').catch(() => undefined).then(() => {
      this.child = undefined;
      if (child.pid) folder.freed(child.pid);
    });
  }

  private async printed(from: number): Promise<string> {
    return (await readFile(this.plan.logFile)).subarray(from).toString('utf8');
  }

  private async tail(from: number): Promise<string> {
    return (await this.printed(from)).trim().split('\n').slice(-12).join('\n');
  }
}
