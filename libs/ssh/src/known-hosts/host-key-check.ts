import type { KnownHost } from './known-host.js';

/** An offered host key and everything it is held against. Pure: give the time. */
export interface HostKeyQuestion {
  /** The name the host is known by (never the resolved address). */
  host: string;
  port: number;
  /** HostKeyAlias: looked up instead of host and port. */
  alias?: string;
  /** The offered key or host certificate, as it came over the wire. */
  key: Buffer;
  /** Enrolled keys of this host: lines without host pattern (`ssh-ed25519 AAAA…`). */
  enrolled: readonly string[];
  /** From known_hosts files, in their order. */
  entries: readonly KnownHost[];
  /** ms since the epoch, for certificates. */
  nowMs: number;
  /** Allowed algorithms of a certificate's signature; default: OpenSSH's without SHA-1. */
  caSignatureAlgorithms?: readonly string[];
}

/** Only `trusted` lets a connection go on. */
export type HostKeyCheck =
  | { verdict: 'trusted'; by: 'enrolled' | 'known-hosts' | 'certificate'; fingerprint: string; where?: string }
  | { verdict: 'unknown' | 'changed' | 'revoked'; fingerprint: string; detail: string; where?: string }
  | { verdict: 'certificate-refused'; reason: CertificateRefusal; fingerprint: string; detail: string };

export type CertificateRefusal =
  | 'malformed' | 'not-a-host-certificate' | 'bad-signature' | 'algorithm-refused' | 'unsupported-key' | 'not-yet-valid' | 'expired' | 'no-principals' | 'wrong-principal' | 'critical-option';
