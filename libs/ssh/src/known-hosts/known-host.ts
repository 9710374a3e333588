/** One line of a known_hosts file. */
export interface KnownHost {
  file: string;
  /** From 1. */
  line: number;
  marker?: 'cert-authority' | 'revoked';
  /** As written: a pattern list, or a hash (`|1|salt|hash`). */
  hosts: string;
  keyType: string;
  /** The public key as it goes over the wire. */
  key: Buffer;
  comment: string;
}

/** A line that cannot be read; it trusts nobody. */
export interface KnownHostsProblem { file: string; line: number; detail: string }

export interface KnownHosts { entries: KnownHost[]; problems: KnownHostsProblem[] }
