import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabHost, startLabHost } from '@edge/testing';
import { freePorts } from '@edge/testing/engines';
import { layOutWeb, packWeb, serveArchives } from './web-application.js';

/** Further variables of a host's sessions; `folder` is the host's own. */
export type HostEnvironment = (host: { name: string; port: number; folder: string }) => Record<string, string>;

export interface FleetOptions {
  environment?: HostEnvironment;
  /** What runs commands instead of `/bin/sh`, called as that is. */
  shell?: string;
}

/** Web servers on real sshd hosts: each host with a home, a key and a port of its own, each application a process that commands stop and start. */
export class SshFleet {
  private readonly hosts = new Map<string, LabHost>();

  private constructor(readonly folder: string, readonly ports: ReadonlyMap<string, number>, private readonly archives: { url: string; close(): void }, private readonly options: FleetOptions) {}

  static async start(names: readonly string[], version: string, options: FleetOptions = {}): Promise<SshFleet> {
    const folder = await mkdtemp(join(tmpdir(), 'edge-rollout-'));
    await mkdir(join(folder, 'archives'));
    const ports = await freePorts(names.length);
    const fleet = new SshFleet(folder, new Map(names.map((name, n) => [name, ports[n]!])), await serveArchives(join(folder, 'archives')), options);
    const key = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'deploy')]);
    if (key.status !== 0) throw new Error(`ssh-keygen failed: ${key.stderr.toString()}`);
    await writeFile(fleet.sshConfig, `Host *\n  IdentityFile ${join(folder, 'deploy')}\n`);
    for (const name of names) fleet.hosts.set(name, await fleet.host(name, version));
    return fleet;
  }

  /** What Edge is to sign in by. */
  get sshConfig(): string {
    return join(this.folder, 'ssh_config');
  }

  get artifactServer(): string {
    return this.archives.url;
  }

  pack(version: string): Promise<void> {
    return packWeb(join(this.folder, 'archives'), version);
  }

  /** Host documents, as `edge apply` takes them. */
  documents(of: (name: string) => { zone: string; pools: string[]; spaces: string[] }): object[] {
    return [...this.hosts].map(([name, { host }]) => ({ kind: 'Host', name, address: host.address, port: host.port, user: host.user, keys: host.keys, vars: { port: this.ports.get(name)! }, ...of(name) }));
  }

  /** What the host's application answers; undefined when it answers nothing. */
  async running(name: string): Promise<string | undefined> {
    return fetch(`http://127.0.0.1:${this.ports.get(name)!}/`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5_000) }).then((answer) => answer.text(), () => undefined);
  }

  /** How often the application was started and stopped, and by which action. */
  runs(name: string): string[] {
    const file = join(this.hostFolder(name), 'runs');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  /** From its next start on the host's health check fails, or does so no longer. */
  async sick(name: string, is: 'sick' | 'well'): Promise<void> {
    if (is === 'sick') await writeFile(join(this.hostFolder(name), 'sick'), '');
    else await rm(join(this.hostFolder(name), 'sick'), { force: true });
  }

  /** On this host the application's `stop` or `install` does not come to its end, or does so again. */
  async hold(name: string, step: 'stop' | 'install', is: 'held' | 'free'): Promise<void> {
    const file = join(this.hostFolder(name), `hold ${step}`);
    if (is === 'held') await writeFile(file, '');
    else await rm(file, { force: true });
  }

  /** The application's own command on a host, by hand. */
  byHand(name: string, command: 'start' | 'stop'): void {
    spawnSync('/bin/sh', [join(this.hosts.get(name)!.home, 'app', command)], { env: { PATH: process.env['PATH'], ...this.environment(name) }, stdio: 'ignore' });
  }

  async stop(): Promise<void> {
    for (const name of this.hosts.keys()) this.byHand(name, 'stop');
    await Promise.all([...this.hosts.values()].map((host) => host.stop()));
    this.archives.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async host(name: string, version: string): Promise<LabHost> {
    await mkdir(this.hostFolder(name));
    const host = await startLabHost({
      name, env: this.environment(name),
      settings: [`AuthorizedKeysFile ${join(this.folder, 'deploy.pub')}`, 'MaxSessions 50', 'LogLevel ERROR', `ForceCommand cd "$HOME" && exec ${this.options.shell ?? '/bin/sh'} -c "$SSH_ORIGINAL_COMMAND"`],
    });
    await layOutWeb(join(host.home, 'app'), version);
    this.hosts.set(name, host);
    this.byHand(name, 'start');
    return host;
  }

  /** What sessions on the host find in their environment. */
  environment(name: string): Record<string, string> {
    const [folder, port] = [this.hostFolder(name), this.ports.get(name)!];
    return { WEB_FOLDER: folder, WEB_PORT: String(port), ...this.options.environment?.({ name, port, folder }) };
  }

  hostFolder(name: string): string {
    return join(this.folder, name);
  }
}
