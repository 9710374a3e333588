import { matchesPattern } from '../config/match-pattern.js';
import { verifySignature } from './verify-signature.js';
import type { Certificate } from './parse-certificate.js';

/** Why a host certificate is not good for this host now; undefined where it is good. `nowMs`: since 1970. The authority's trust is judged elsewhere. */
export function flawOf(certificate: Certificate, { name, nowMs }: { name: string; nowMs: number }): string | undefined {
  const now = BigInt(Math.floor(nowMs / 1000));
  if (certificate.kind !== 'host') return 'it is not a host certificate';
  if (certificate.principals.length === 0) return 'it names no host';
  if (!certificate.principals.some((principal) => matchesPattern(name.toLowerCase(), principal.toLowerCase()))) return `it is for ${certificate.principals.join(', ')}`;
  if (now < certificate.validAfter) return `it is valid only from ${timeOf(certificate.validAfter)}`;
  if (now >= certificate.validBefore) return `it was valid until ${timeOf(certificate.validBefore)}`;
  if (certificate.criticalOptions.length > 0) return `it has the critical option ${certificate.criticalOptions.join(', ')}`;
  return verifySignature(certificate.authority, certificate.signed, certificate.signature) ? undefined : 'its signature is wrong';
}

function timeOf(seconds: bigint): string {
  return seconds > 8_640_000_000_000n ? 'forever' : new Date(Number(seconds) * 1000).toISOString();
}
