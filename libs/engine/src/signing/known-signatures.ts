import type { Signed } from '@edge/contracts';
import type { Audience } from '@edge/ports';

interface Known { audience: Audience; kid: string; payload: string }

/** Signatures that hold, by their exact bytes; the newest, up to so many characters. One that differs in anything is not known. */
export class KnownSignatures {
  private readonly known = new Map<string, Known>();
  private chars = 0;

  constructor(private readonly mostChars = 4_000_000) {}

  has(audience: Audience, { kid, payload, signature }: Signed): boolean {
    const known = this.known.get(signature);
    return known !== undefined && known.audience === audience && known.kid === kid && known.payload === payload;
  }

  add(audience: Audience, { kid, payload, signature }: Signed): void {
    this.drop(signature);
    this.known.set(signature, { audience, kid, payload });
    this.chars += payload.length;
    for (const oldest of this.known.keys()) {
      if (this.chars <= this.mostChars) break;
      this.drop(oldest);
    }
  }

  private drop(signature: string): void {
    const known = this.known.get(signature);
    if (!known) return;
    this.known.delete(signature);
    this.chars -= known.payload.length;
  }
}
