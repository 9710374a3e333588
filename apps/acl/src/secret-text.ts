import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 32 random bytes, as text for headers, cookies and links. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored in place of a secret that has 256 random bits: SHA-256, hex. */
export function hashOf(secret: string): string {
  return hash('sha256', secret);
}

export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
