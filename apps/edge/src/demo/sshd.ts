import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { startShellServer } from '@edge/ssh';
import { type DemoHost, type Fleet, hostFolder } from './fleet.js';
import { keepRunning } from './keep-running.js';

/** How the hosts are served: by the machine's sshd, or by SSH servers of our own where there is none that could run. */
export type HostServer = { sshd: string; prefix: string[] } | 'own';

/** As root, sshd insists on /run/sshd. The demo makes nothing outside its folder (`mount` without -n would), so sshd then gets a /run of its own. */
const ownRun = ['unshare', '-m', 'sh', '-c', 'mount -n -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec "$@"', 'sh'];

export function findHostServer(): HostServer {
  const sshd = ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));
  if (!sshd) return 'own';
  if (userInfo().uid !== 0 || existsSync('/run/sshd')) return { sshd, prefix: [] };
  const [program, ...args] = ownRun;
  return spawnSync(program!, [...args, 'true']).status === 0 ? { sshd, prefix: ownRun } : 'own';
}

/** What a host's commands see: a home, a name and programs of their own. */
export function hostEnvironment(fleet: Fleet, host: DemoHost): Record<string, string> {
  const folder = hostFolder(fleet, host.name);
  return {
    HOME: `${folder}/home`, PATH: `${folder}/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin`,
    DEMO_HOST: host.name, DEMO_FOLDER: folder, DEMO_PORT: String(host.appPort), DEMO_NODE: fleet.node,
  };
}

/** Serves one host until the answer is called. */
export async function startHost(fleet: Fleet, host: DemoHost, server: HostServer): Promise<() => void> {
  const folder = hostFolder(fleet, host.name);
  await mkdir(`${folder}/home`, { recursive: true });
  if (server === 'own') return startOwn(fleet, host);
  return keepRunning(await sshdCommand(fleet, host, server));
}

async function startOwn(fleet: Fleet, host: DemoHost): Promise<() => void> {
  const folder = hostFolder(fleet, host.name);
  const own = await startShellServer({
    port: host.sshPort, hostKey: await readFile(`${folder}/host_key`, 'utf8'), authorizedKeys: [(await readFile(`${fleet.folder}/keys/deploy.pub`, 'utf8')).trim()],
    env: { ...hostEnvironment(fleet, host), USER: fleet.user, LOGNAME: fleet.user, SHELL: '/bin/sh' }, cwd: `${folder}/home`,
  });
  return () => void own.close();
}

async function sshdCommand(fleet: Fleet, host: DemoHost, { sshd, prefix }: Exclude<HostServer, 'own'>): Promise<string[]> {
  const folder = hostFolder(fleet, host.name);
  const environment = Object.entries(hostEnvironment(fleet, host)).map(([name, value]) => `"${name}=${value}"`);
  const config = [
    `Port ${host.sshPort}`, 'ListenAddress 127.0.0.1', `HostKey ${folder}/host_key`, 'PidFile none', `AuthorizedKeysFile ${fleet.folder}/keys/deploy.pub`,
    'PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'PubkeyAuthentication yes', 'PermitRootLogin prohibit-password', 'UsePAM no', 'StrictModes no', 'PrintMotd no', 'PrintLastLog no',
    'MaxStartups 200', 'MaxSessions 50', 'UseDNS no', 'LogLevel ERROR', `SetEnv ${environment.join(' ')}`,
    // sshd starts commands in the account's own home; the demo's hosts have theirs below the fleet's folder.
    'ForceCommand cd "$HOME" && exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"',
  ];
  await writeFile(`${folder}/sshd_config`, `${config.join('\n')}\n`);
  return [...prefix, sshd, '-D', '-e', '-f', `${folder}/sshd_config`];
}
