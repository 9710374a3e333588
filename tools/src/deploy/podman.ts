import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Something that was looked at, and what was seen. */
export interface Check { check: string; ok: boolean; saw: string }

/** podman with images and containers of its own in a temporary folder: what it does leaves nothing behind, and nobody else's is seen. */
export class Podman implements AsyncDisposable {
  private readonly started: string[] = [];
  private constructor(private readonly program: string, private readonly folder: string, private readonly settings: string) {}

  /** @param settings a containers.conf */
  static async open(program: string, settings: string): Promise<Podman> {
    return new Podman(program, await mkdtemp(join(tmpdir(), 'edge-podman-')), settings);
  }

  /** Runs one podman command to its end and answers what it printed. @throws Error with the last lines it said */
  async run(...args: string[]): Promise<string> {
    try {
      const { stdout } = await execute(this.program, [...this.own, ...args], { timeout: 300_000, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, CONTAINERS_CONF: this.settings } });
      return stdout.trim();
    } catch (error) {
      const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
      throw new Error(`podman ${args[0]}: ${(stderr?.trim() || stdout?.trim() || message).split('\n').slice(-8).join('\n')}`, { cause: error });
    }
  }

  /** Answers docker's clients on a socket, with the images and containers of this object. */
  async serve(socket: string): Promise<{ end(): Promise<void> }> {
    const child = spawn(this.program, [...this.own, 'system', 'service', '--time', '0', `unix://${socket}`], { stdio: 'ignore', env: { ...process.env, CONTAINERS_CONF: this.settings } });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    while (!existsSync(socket)) {
      if (child.exitCode !== null) throw new Error('podman system service ended at once');
      await sleep(50);
    }
    return { end: () => { child.kill('SIGTERM'); return ended; } };
  }

  /** Starts a container as locked down as the compose file and Kubernetes start it; it ends with this object. */
  async start(name: string, ...args: string[]): Promise<void> {
    this.started.push(name);
    await this.run('run', '--detach', '--name', name, '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all', '--security-opt', 'no-new-privileges', ...args);
  }

  /** Sends SIGTERM, waits as Kubernetes does, and answers how it ended. */
  async stop(name: string, { graceSeconds }: { graceSeconds: number }): Promise<{ exitCode: number; tookMs: number }> {
    const since = performance.now();
    await this.run('stop', '--time', String(graceSeconds), name);
    const exitCode = Number(await this.run('inspect', '--format', '{{.State.ExitCode}}', name));
    return { exitCode, tookMs: Math.round(performance.now() - since) };
  }

  private get own(): string[] {
    return ['--root', join(this.folder, 'root'), '--runroot', join(this.folder, 'run'), '--tmpdir', join(this.folder, 'tmp')];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.started.reverse()) await this.run('rm', '--force', '--time', '1', '--volumes', '--ignore', name);
    await this.run('rmi', '--all', '--force');
    await rm(this.folder, { recursive: true, force: true });
  }
}
