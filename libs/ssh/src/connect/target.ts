import type { AnyAuthMethod } from 'ssh2';
import type { HostKeyVerdict } from './host-key-verdict.js';

/** A host with everything that a connection to it needs. */
export interface Target {
  /** As people know it; for messages. */
  name: string;
  address: string;
  port: number;
  user: string;
  /** Decides about the offered key, synchronously. */
  judgeKey: (blob: Buffer) => HostKeyVerdict;
  /** Names what `judgeKey` goes by: a connection is not used by whoever trusts the host by other keys than its first user. */
  trust?: string;
  /** What is wrong with an offered host certificate, for messages. */
  flawOf?: (blob: Buffer) => string | undefined;
  /** Key types to ask for first: those that are known for this host. */
  keyTypes: string[];
  /** In this order; at most six are tried. */
  auth: AnyAuthMethod[];
  /** Sentences about keys, certificates and agents that cannot be used: the cause where nothing else could be tried. */
  authProblems?: string[];
  /** Sentences about what is not tried on purpose. */
  authNotes?: string[];
  jump?: Target;
  connectTimeoutMs: number;
  keepaliveIntervalMs: number;
  keepaliveCountMax: number;
  ciphers?: string[];
  kex?: string[];
  macs?: string[];
  hostKeyAlgorithms?: string[];
  bindAddress?: string;
  family?: 4 | 6;
}

/** Connections are shared by what this says. */
export function targetId(target: Target): string {
  const jump = target.jump ? `${targetId(target.jump)}>` : '';
  return `${jump}${target.user}@${target.name}/${target.address}:${target.port}#${target.trust ?? ''}`;
}
