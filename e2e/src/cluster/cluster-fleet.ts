import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryRoot } from '../embedded/edge-process.js';

interface Fleet { hosts: { name: string; zone: string; pool: string; sshPort: number; appPort: number }[]; artifactServers: Record<string, string> }

/** The demo's fleet of real SSH hosts, below `<data>/demo`, without an Edge beside it. */
export class ClusterFleet {
  private constructor(private readonly folder: string, private readonly supervisor: ChildProcess) {}

  static async start(data: string): Promise<ClusterFleet> {
    const folder = join(data, 'demo');
    await mkdir(folder, { recursive: true });
    const program = join(repositoryRoot(), 'apps/edge/dist/program.js');
    const supervisor = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, 'demo', 'supervise', folder], { stdio: ['ignore', 'inherit', 'inherit'], cwd: folder });
    while (!existsSync(join(folder, 'supervisor.json'))) {
      if (supervisor.exitCode !== null) throw new Error('The fleet did not come up.');
      await sleep(50);
    }
    await mkdir(join(folder, 'login', '.ssh'), { recursive: true, mode: 0o700 });
    await copyFile(join(folder, 'keys', 'deploy'), join(folder, 'login', '.ssh', 'id_ed25519'));
    return new ClusterFleet(folder, supervisor);
  }

  /** The home of executors: its `.ssh` opens the fleet. */
  get loginHome(): string {
    return join(this.folder, 'login');
  }

  /** Its configuration, as `edge apply` takes it. */
  documents(): object[] {
    const { hosts, artifactServers } = this.read();
    const zones = Object.fromEntries(Object.keys(artifactServers).map((zone) => [zone, hosts.filter((host) => host.zone === zone).map(({ name }) => name)]));
    return [
      { kind: 'Platform', artifact_servers: artifactServers },
      { kind: 'Space', name: 'demo', title: 'Demo' },
      { kind: 'Environment', name: 'linux', script: 'one-by-one', config: { server_info: 'server_list', repo_dir: 'repos' } },
      { kind: 'Project', space: 'demo', name: 'shop', environment: 'linux', config: { version: 'shop-1.tar.gz', context_dir: 'app', stop_command: 'sh app/stop', start_command: 'sh app/start', server_list: zones } },
      ...hosts.map((host) => this.document(host)),
    ];
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.supervisor.once('close', resolve));
    if (this.supervisor.exitCode === null && this.supervisor.kill('SIGTERM')) await ended;
  }

  private document({ name, zone, pool, sshPort, appPort }: Fleet['hosts'][number]): object {
    const key = readFileSync(join(this.folder, 'hosts', name, 'host_key.pub'), 'utf8').trim().split(' ').slice(0, 2).join(' ');
    return { kind: 'Host', name, address: '127.0.0.1', port: sshPort, user: userInfo().username, zone, pools: [pool], spaces: ['demo'], vars: { port: appPort }, keys: [key] };
  }

  private read(): Fleet {
    return JSON.parse(readFileSync(join(this.folder, 'fleet.json'), 'utf8')) as Fleet;
  }
}
