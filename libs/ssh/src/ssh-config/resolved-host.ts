import type { ConfigFile } from './config-file.js';
import type { AlgorithmChoice } from './algorithm-choice.js';

/** A hop as ProxyJump names it; resolved by the configuration in its own right (`resolveRoute`). */
export interface JumpHost { host: string; user?: string; port?: number }

/** What a host's settings are looked up with. Nothing is read from the process or the disk. */
export interface ResolveContext {
  /** In order of precedence: the user's file, then the system's. */
  files: ConfigFile[];
  /** Local user name: the default of User, `%u`, `Match localuser`. */
  user: string;
  /** Local user id, for `%i`. */
  uid?: number;
  /** What `~` and `%d` mean. Absolute. */
  home: string;
  /** `%l`; `%L` is its part before the first dot. */
  localHostname: string;
  /** For `${NAME}` and `IdentityAgent`; default none. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Set by Edge's own inventory: wins over every file, as the command line does in ssh. */
  given?: { hostName?: string; user?: string; port?: number };
}

export interface ResolvedHost {
  /** The name that was asked for. */
  name: string;
  hostName: string;
  /** 1–65535. */
  port: number;
  user: string;
  /** Absolute paths in the order in which they are tried. */
  identityFiles: string[];
  /** Nobody named a key: these are ssh's usual ones, and their absence is no error. */
  identityFilesAreDefault: boolean;
  certificateFiles: string[];
  /** Only the keys of `identityFiles`, even if an agent has more. */
  identitiesOnly: boolean;
  /** Socket of the agent; `none` if none may be asked; undefined: the caller's default. */
  identityAgent?: string;
  /** First hop first; empty: straight. */
  proxyJump: JumpHost[];
  connectTimeoutMs?: number;
  connectionAttempts: number;
  serverAliveIntervalMs?: number;
  serverAliveCountMax?: number;
  ciphers?: AlgorithmChoice;
  kex?: AlgorithmChoice;
  macs?: AlgorithmChoice;
  hostKeyAlgorithms?: AlgorithmChoice;
  pubkeyAcceptedAlgorithms?: AlgorithmChoice;
  caSignatureAlgorithms?: AlgorithmChoice;
  /** The name to look host keys up by, instead of host and port. */
  hostKeyAlias?: string;
  userKnownHostsFiles: string[];
  globalKnownHostsFiles: string[];
  revokedHostKeysFile?: string;
  /** Ways of signing in, best first, where the configuration orders them. */
  preferredAuthentications?: string[];
  pubkeyAuthentication: boolean;
  passwordAuthentication: boolean;
  kbdInteractiveAuthentication: boolean;
  family?: 4 | 6;
  bindAddress?: string;
  /** What was asked for and is not done, one sentence each (ForwardAgent, LocalCommand, StrictHostKeyChecking no …). */
  warnings: ConfigNotice[];
}

/** Where in which file, and one sentence. */
export interface ConfigNotice { file: string; line: number; detail: string }

export type RefusalReason =
  | 'proxy-command' | 'match-exec' | 'match-undecidable' | 'bad-line' | 'bad-include' | 'bad-value' | 'bad-token' | 'needs-dns' | 'jump-loop' | 'bad-name';

/** This host is not connected to; others are not touched by it. Maps to the cause `ssh-config-refused`. */
export interface RefusedHost { refused: RefusalReason; name: string; detail: string; file?: string; line?: number }

export type HostResolution = ResolvedHost | RefusedHost;

export function isRefused<T extends object>(resolution: T | RefusedHost): resolution is RefusedHost {
  return 'refused' in resolution;
}
