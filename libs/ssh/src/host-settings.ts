import { homedir, hostname, type UserInfo, userInfo } from 'node:os';
import type { ShellHost } from '@edge/ports';
import { algorithmList } from './config/algorithm-list.js';
import type { TokenValues } from './config/expand-tokens.js';
import { expandPaths } from './config/path-list.js';
import type { ConfigLine } from './config/parse-config.js';
import type { JumpHop } from './config/proxy-jump.js';
import { resolveConfig, type HostConfig } from './config/resolve-config.js';
import { allowedMethods, type SignInMethod } from './sign-in/sign-in-methods.js';
import { offers } from './connect/algorithms.js';
import { ConnectFailure } from './connect/connect-failure.js';
import type { Target } from './connect/target.js';
import type { Limits, SshShellOptions } from './shell-options.js';

/** Everything about a connection that the inventory, the options and the ssh configuration say, with files by their full paths. */
export interface HostSettings {
  name: string;
  address: string;
  port: number;
  user: string;
  /** The name by which host keys and certificates know it; `alias`: looked up without the port. */
  keyName: string;
  alias: boolean;
  jumps: JumpHop[];
  identityFiles: string[];
  identitiesAreDefault: boolean;
  certificateFiles: string[];
  identitiesOnly: boolean;
  agentSocket?: string;
  /** Ways to sign in that the configuration allows, in its order. */
  methods: SignInMethod[];
  revokedKeysFiles: string[];
  knownHostsFiles: string[];
  /** With ssh's own files: these may name jump hosts, and revoke any host's key. */
  jumpKnownHostsFiles: string[];
  transport: Pick<Target, 'connectTimeoutMs' | 'keepaliveIntervalMs' | 'keepaliveCountMax' | 'ciphers' | 'kex' | 'macs' | 'hostKeyAlgorithms' | 'bindAddress' | 'family'>;
}

// They do not change while a program runs, and each question of the user reads a database.
let localUser: UserInfo<string> | undefined;
let localHost: string | undefined;

/** Throws `ConnectFailure` where the configuration asks for what Edge never does. */
export function hostSettings(host: Omit<ShellHost, 'keys'>, { lines, options, limits }: { lines: ConfigLine[]; options: SshShellOptions; limits: Limits }): HostSettings {
  const me = (localUser ??= userInfo());
  const config = resolveConfig(lines, { name: host.name, localUser: me.username, ...(host.address === undefined ? {} : { hostName: host.address }), ...(host.user === undefined ? {} : { user: host.user }), ...(host.port === undefined ? {} : { port: host.port }) });
  const home = options.homeFolder ?? homedir();
  const keyName = config.hostKeyAlias ?? (host.address === undefined ? config.hostName : host.name);
  const values: TokenValues = {
    originalName: host.name, hostName: config.hostName, keyAlias: config.hostKeyAlias ?? host.name, port: config.port, user: config.user, localUser: me.username, localUid: me.uid, localHost: (localHost ??= hostname()), home, ...(options.variable ? { variable: options.variable } : {}),
  };
  const files = filesOf(config, { values, options });
  const refused = [...config.refused, ...files.problems];
  if (refused.length > 0) throw new ConnectFailure('ssh-config-refused', `${host.name}: ${refused.join('; ')}.`);
  return {
    name: host.name, address: host.address ?? config.hostName, port: config.port, user: config.user, keyName, alias: config.hostKeyAlias !== undefined, jumps: config.jumps,
    ...files, methods: allowedMethods(config), identitiesOnly: config.identitiesOnly ?? false, transport: transportOf(config, limits),
  };
}

function filesOf(config: HostConfig, { values, options }: { values: TokenValues; options: SshShellOptions }) {
  const named = config.identityFiles.length > 0;
  const fallback = options.identityFiles ?? ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => `${values.home}/.ssh/${name}`);
  const identities = expandPaths(config.identityFiles, values);
  const certificates = expandPaths(config.certificateFiles, values);
  const configured = expandPaths([...(config.userKnownHostsFiles ?? []), ...(config.globalKnownHostsFiles ?? [])], values);
  const ssh = expandPaths([...(config.userKnownHostsFiles ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']), ...(config.globalKnownHostsFiles ?? ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'])], values);
  const revoked = expandPaths(config.revokedHostKeys === undefined ? [] : [config.revokedHostKeys], values);
  const agent = agentOf(config.identityAgent, { values, options });
  const own = options.knownHostsPaths ?? [];
  return {
    identityFiles: named ? identities.paths : fallback,
    identitiesAreDefault: !named && options.identityFiles === undefined,
    certificateFiles: certificates.paths,
    ...(agent.socket === undefined ? {} : { agentSocket: agent.socket }),
    revokedKeysFiles: revoked.paths,
    knownHostsFiles: [...own, ...configured.paths],
    jumpKnownHostsFiles: [...own, ...ssh.paths],
    problems: [...identities.problems, ...certificates.problems, ...configured.problems, ...revoked.problems, ...agent.problems],
  };
}

function agentOf(setting: string | undefined, { values, options }: { values: TokenValues; options: SshShellOptions }): { socket?: string; problems: string[] } {
  if (setting === undefined || setting === 'SSH_AUTH_SOCK' || setting === '$SSH_AUTH_SOCK') return { ...(options.agentSocket === undefined ? {} : { socket: options.agentSocket }), problems: [] };
  const { paths, problems } = expandPaths([setting.replace(/^\$(\w+)$/, '${$1}')], values);
  return { ...(paths[0] === undefined ? {} : { socket: paths[0] }), problems };
}

function transportOf(config: HostConfig, limits: Limits): HostSettings['transport'] {
  const { connectTimeoutSeconds: connect, serverAliveIntervalSeconds: alive, addressFamily } = config;
  return {
    connectTimeoutMs: connect ? connect * 1000 : limits.connectTimeoutMs,
    // Without keepalive a dead host would never be noticed: 0 is not taken.
    keepaliveIntervalMs: alive ? alive * 1000 : limits.keepaliveIntervalMs,
    keepaliveCountMax: config.serverAliveCountMax ?? limits.keepaliveCountMax,
    ...chosen('ciphers', config.ciphers, config.name), ...chosen('kex', config.kexAlgorithms, config.name), ...chosen('macs', config.macs, config.name),
    ...chosen('hostKeys', config.hostKeyAlgorithms, config.name),
    ...(config.bindAddress === undefined ? {} : { bindAddress: config.bindAddress }),
    ...(addressFamily === 'inet' ? { family: 4 as const } : addressFamily === 'inet6' ? { family: 6 as const } : {}),
  };
}

function chosen(kind: keyof typeof offers, setting: string | undefined, host: string): Record<string, string[]> {
  if (setting === undefined) return {};
  const list = algorithmList(setting, offers[kind]);
  if (list.length === 0) throw new ConnectFailure('no-common-algorithm', `${host}: Edge can do none of "${setting}".`);
  return { [kind === 'hostKeys' ? 'hostKeyAlgorithms' : kind]: list };
}
