import type { Grant, Signed } from '@edge/contracts';
import { isProven } from '@edge/engine';
import type { Keyring } from '@edge/ports';

interface Known { signed: Signed; believed: BelievedGrant }

/** A grant that a known gateway signed. `covers`: whether it names a host, or the proof shows that it does. */
export interface BelievedGrant { grant: Grant; covers(host: string, proof?: string): boolean }

const mostKept = 100;

/** The commands of an action all bring the same grant: it is verified and read once per text. Whether it has expired, and covers a command, is for every command to see. */
export class RecentGrants {
  private readonly known = new Map<string, Known>();

  constructor(private readonly keyring: Keyring) {}

  of(signed: Signed): BelievedGrant | undefined {
    const known = this.known.get(signed.signature);
    if (known && known.signed.kid === signed.kid && known.signed.payload === signed.payload) return known.believed;
    const grant = this.keyring.verify<Grant>('grant', signed);
    return grant && this.keep(signed, { grant, covers: coverOf(grant.hosts) });
  }

  private keep(signed: Signed, believed: BelievedGrant): BelievedGrant {
    this.known.set(signed.signature, { signed, believed });
    const [oldest] = this.known.keys();
    if (this.known.size > mostKept && oldest !== undefined) this.known.delete(oldest);
    return believed;
  }
}

function coverOf(hosts: Grant['hosts']): BelievedGrant['covers'] {
  if (!Array.isArray(hosts)) return (host, proof) => proof !== undefined && isProven(hosts.root, host, proof);
  const names = new Set(hosts);
  return (host) => names.has(host);
}
