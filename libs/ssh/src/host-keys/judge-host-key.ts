import { createHash } from 'node:crypto';
import type { HostKeyVerdict } from '../connect/host-key-verdict.js';
import { flawOf } from './judge-certificate.js';
import type { KeyRevocationList } from './key-revocation-list.js';
import { certificateSuffix, parseCertificate } from './parse-certificate.js';
import type { KnownHostLine } from './parse-known-hosts.js';

/** What is known about one host. */
export interface HostKeyBook {
  /** The name that certificates know it by (HostKeyAlias, else its name). */
  name: string;
  /** Enrolled keys, lines of `type base64`. */
  enrolled: string[];
  /** The known_hosts lines about this host. */
  lines: KnownHostLine[];
  /** KRLs that count for this host. */
  revocations?: KeyRevocationList[];
}

/** `flaw`: what is wrong with a certificate that was offered. */
export interface HostKeyJudgement { verdict: HostKeyVerdict; flaw?: string }

/** Judges an offered key. Synchronous; only what is known makes it trusted, and revocation wins over everything. */
export function judgeHostKey(book: HostKeyBook, blob: Buffer, nowMs: number): HostKeyJudgement {
  const { lines, revocations = [] } = book;
  const revoked = lines.filter((line) => line.marker === 'revoked').map((line) => line.key);
  const certificate = parseCertificate(blob);
  if (revocations.some((list) => (certificate ? list.revokesCertificate(certificate) : list.revokesKey(blob)))) return { verdict: 'revoked' };
  if (!certificate) return { verdict: judgePlain(blob.toString('base64'), { lines, revoked, enrolled: book.enrolled }) };
  const [key, authority] = [certificate.key.toString('base64'), certificate.authority.toString('base64')];
  if (revoked.includes(key) || revoked.includes(authority)) return { verdict: 'revoked' };
  if (!lines.some((line) => line.marker === 'cert-authority' && line.key === authority)) return { verdict: judgePlain(key, { lines, revoked, enrolled: book.enrolled }), flaw: 'no known authority signed the certificate' };
  const flaw = flawOf(certificate, { name: book.name, nowMs });
  if (!flaw) return { verdict: 'trusted' };
  return { verdict: judgePlain(key, { lines, revoked, enrolled: book.enrolled }), flaw };
}

function judgePlain(key: string, { lines, revoked, enrolled }: { lines: KnownHostLine[]; revoked: string[]; enrolled: string[] }): HostKeyVerdict {
  if (revoked.includes(key)) return 'revoked';
  const keys = knownKeys({ enrolled, lines }).map((blob) => blob.toString('base64'));
  if (keys.includes(key)) return 'trusted';
  return keys.length > 0 ? 'changed' : 'unknown';
}

/** Blobs of the plain keys that are known for a host. */
export function knownKeys({ enrolled, lines }: Pick<HostKeyBook, 'enrolled' | 'lines'>): Buffer[] {
  const keys = [...enrolled.map((line) => line.trim().split(/\s+/)[1] ?? ''), ...lines.filter((line) => !line.marker).map((line) => line.key)];
  return [...new Set(keys)].map((key) => Buffer.from(key, 'base64'));
}

/** Names what is believed about a host: the same only for the same keys, authorities and revocations. */
export function trustOf({ name, enrolled, lines, revocations = [] }: HostKeyBook): string {
  const believed = lines.map(({ marker, key }) => `${marker ?? ''} ${key}`).sort();
  return createHash('sha1').update(JSON.stringify([name, [...enrolled].sort(), believed, revocations.map(({ digest }) => digest)])).digest('base64');
}

/** Key types to ask the host for: certificates where an authority is known, then the types of its known keys. */
export function knownKeyTypes(book: HostKeyBook): string[] {
  const { lines } = book;
  const plain = [...book.enrolled.map((line) => line.trim().split(/\s+/)[0] ?? ''), ...lines.filter((line) => !line.marker).map((line) => line.type)];
  const certified = lines.some((line) => line.marker === 'cert-authority');
  return [...new Set([...(certified ? certifiedTypes : []), ...plain])];
}

const certifiedTypes = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256'].map((type) => `${type}${certificateSuffix}`);
