import type { HostKeyChange } from '@edge/ports';

export interface ShellLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface SshShellOptions {
  /** An ssh_config file; absent: none is read. */
  sshConfigPath?: string;
  /** Enrolled keys (`ssh-ed25519 AAAA…`) of a host or jump host as they are now, by its name; `[]`: none. Asked before every connection. Absent: hosts go by the keys that `ShellHost` brings. */
  enrolledKeys?: (name: string) => string[] | Promise<string[]>;
  /** known_hosts files that count beside the enrolled keys. */
  knownHostsPaths?: string[];
  /** For password and keyboard-interactive sign-in. */
  password?: string;
  sudoPassword?: string;
  /** Passphrase of encrypted private keys. */
  passphrase?: string;
  /** Socket of an ssh-agent. */
  agentSocket?: string;
  /** The folder that `~` means, for keys and configuration. Default: the user's home. */
  homeFolder?: string;
  /** Called whenever a changed host key stops a connection. */
  keyChanged?: (change: HostKeyChange) => void;
  /** Variables of the environment, for `${NAME}` in the ssh configuration. Default: none but HOME. */
  variable?: (name: string) => string | undefined;
  /** Private keys to try where the ssh configuration names none. Default: `~/.ssh/id_ed25519`, `id_ecdsa`, `id_rsa`. */
  identityFiles?: string[];
  /** Folder of job records on hosts. Default `~/.edge/jobs`, with named fallbacks. */
  jobsFolder?: string;
  /** Channels on one connection at once. Default 8 (sshd's MaxSessions is 10). */
  maxSessionsPerHost?: number;
  /** Handshakes at once, over all hosts. Default 50. */
  maxHandshakes?: number;
  connectTimeoutMs?: number;
  /** Idle connections are closed after this. Default 5 minutes. */
  idleMs?: number;
  keepaliveIntervalMs?: number;
  keepaliveCountMax?: number;
  /** Bytes of each stream that are kept and shipped. Default 64 MiB. */
  maxOutputBytes?: number;
  /** How long a command may take to end by itself after TERM. Default 10 s. */
  killGraceMs?: number;
  /** How long after its deadline a command's host is still asked for its end. Default 30 s. */
  rescueMs?: number;
  /** After this a running command's output is streamed while it runs. Default 300 ms. */
  liveAfterMs?: number;
  log?: ShellLog;
}

export type Limits = Required<Omit<SshShellOptions, 'sshConfigPath' | 'enrolledKeys' | 'knownHostsPaths' | 'password' | 'sudoPassword' | 'passphrase' | 'agentSocket' | 'homeFolder' | 'variable' | 'keyChanged' | 'identityFiles' | 'jobsFolder' | 'log'>>;

export function limitsOf(options: SshShellOptions): Limits {
  return {
    maxSessionsPerHost: options.maxSessionsPerHost ?? 8,
    maxHandshakes: options.maxHandshakes ?? 50,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    idleMs: options.idleMs ?? 300_000,
    keepaliveIntervalMs: options.keepaliveIntervalMs ?? 10_000,
    keepaliveCountMax: options.keepaliveCountMax ?? 3,
    // Hosts cut files in whole blocks of 4 KiB.
    maxOutputBytes: Math.ceil((options.maxOutputBytes ?? 64 * 1024 * 1024) / 4096) * 4096,
    killGraceMs: options.killGraceMs ?? 10_000,
    rescueMs: options.rescueMs ?? 30_000,
    liveAfterMs: options.liveAfterMs ?? 300,
  };
}
