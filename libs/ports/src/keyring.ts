import type { Signed } from '@edge/contracts';

/** What a signature is for: a message signed for one purpose is worth nothing for another. */
export type Audience = 'grant' | 'command' | 'result' | 'signal' | 'receipt' | 'audit';

/** Signs with this program's key and verifies against the pinned ones. Pure computation. */
export abstract class Keyring {
  abstract sign(audience: Audience, payload: unknown): Signed;
  /** The payload, or undefined when no pinned key for this audience made it. */
  abstract verify<T>(audience: Audience, signed: Signed): T | undefined;
}
