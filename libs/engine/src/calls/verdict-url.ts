import { createHash } from 'node:crypto';
import type { VerdictAddress } from '@edge/contracts';
import type { Clock, Documents } from '@edge/ports';
import type { CallsDeps } from './call-scope.js';

export interface VerdictUrlDeps {
  documents: Pick<Documents, 'write'>;
  clock: Clock;
  /** A random text that nobody guesses. */
  newToken(): string;
  /** Where this Edge is reached from outside; a program that knows it only when it listens is waited for. */
  publicUrl: string | Promise<string>;
}

/** Makes single-use addresses for verdicts: the code stands in the address alone, here is only its hash. An analysis that is asked for again gets one more. */
export function verdictUrls({ documents, clock, newToken, publicUrl }: VerdictUrlDeps): NonNullable<CallsDeps['verdictUrl']> {
  return async ({ action, zone, stage }) => {
    const base = await publicUrl;
    const code = newToken();
    const document: VerdictAddress = { action, zone, stage, at: new Date(clock.now()).toISOString() };
    await documents.write([{ collection: 'verdicts', id: verdictAddressId(code), document }]);
    return `${base.replace(/\/+$/, '')}/api/v1/verdicts/${code}`;
  };
}

export function verdictAddressId(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
