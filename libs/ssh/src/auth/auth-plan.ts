import type { AnyAuthMethod, BaseAgent } from 'ssh2';
import type { ResolvedHost } from '../ssh-config/resolved-host.js';

export type AuthKind = 'certificate' | 'key' | 'agent' | 'password' | 'keyboard-interactive';

/** One attempt at the server. `label` is for people and logs; it holds no secret. */
export interface AuthStep { kind: AuthKind; label: string; method: AnyAuthMethod }

/** A way that was asked for and cannot be tried. Maps to the cause `key-unusable`, except `agent-unreachable` and `nothing-to-try` (`auth-failed`). */
export interface AuthProblem {
  problem: 'key-missing' | 'key-mode' | 'key-passphrase' | 'key-format' | 'certificate-unusable' | 'agent-unreachable' | 'nothing-to-try';
  path?: string;
  detail: string;
  remedy: string;
}

/** `problems` stop a connection only if `steps` is empty; otherwise they explain a later refusal. */
export interface AuthPlan { steps: AuthStep[]; problems: AuthProblem[] }

/** A private key or certificate file as it was read: `content`, or why there is none. */
export interface MaterialFile {
  path: string;
  content?: Buffer;
  /** Permission bits; undefined where the system has none. */
  mode?: number;
  /** Owner's user id. */
  uid?: number;
  error?: string;
}

/** All that `authPlan` may use. Files are read by `readMaterial`. */
export interface AuthMaterial {
  /** By path; at least `identityFiles`, their `-cert.pub` neighbours and `.pub` neighbours, `certificateFiles`. */
  files: ReadonlyMap<string, MaterialFile>;
  passphrase?: string;
  password?: string;
  /** The agent's public keys, first first; absent: no agent. */
  agent?: { agent: BaseAgent | string; keys: readonly AgentKey[] } | { error: string };
  /** The running user's id: a key file of somebody else is not used unless root owns it. */
  uid?: number;
}

/** A public key that an agent holds: its wire form and comment. */
export interface AgentKey { blob: Buffer; comment: string }

export type PlanSettings = Pick<
  ResolvedHost,
  'user' | 'identityFiles' | 'identityFilesAreDefault' | 'certificateFiles' | 'identitiesOnly' | 'identityAgent' | 'preferredAuthentications' | 'pubkeyAuthentication' | 'passwordAuthentication' | 'kbdInteractiveAuthentication'
>;
