import type { Grant, Signed } from '@edge/contracts';
import type { Keyring } from '@edge/ports';

interface Known { signed: Signed; believed: BelievedGrant }

/** A grant that a known gateway signed; its hosts once more, to be looked up. */
export interface BelievedGrant { grant: Grant; hosts: ReadonlySet<string> }

const mostKept = 100;

/** The commands of an action all bring the same grant, and it names every host: it is verified and read once per text. Whether it has expired, and covers a command, is for every command to see. */
export class RecentGrants {
  private readonly known = new Map<string, Known>();

  constructor(private readonly keyring: Keyring) {}

  of(signed: Signed): BelievedGrant | undefined {
    const known = this.known.get(signed.signature);
    if (known && known.signed.kid === signed.kid && known.signed.payload === signed.payload) return known.believed;
    const grant = this.keyring.verify<Grant>('grant', signed);
    return grant && this.keep(signed, { grant, hosts: new Set(grant.hosts) });
  }

  private keep(signed: Signed, believed: BelievedGrant): BelievedGrant {
    this.known.set(signed.signature, { signed, believed });
    const [oldest] = this.known.keys();
    if (this.known.size > mostKept && oldest !== undefined) this.known.delete(oldest);
    return believed;
  }
}
