import { createHash } from 'node:crypto';
import type { Certificate } from './parse-certificate.js';

/** Serials of certificates, both ends among them. */
export interface SerialRange { from: bigint; to: bigint }

interface RevokedCertificates { serials: SerialRange[]; ids: Set<string> }

/** What one KRL revokes: keys, and certificates by their serial or id. */
export class KeyRevocationList {
  /** The same only for the same list. */
  readonly digest: string;
  private readonly keys = new Set<string>();
  private readonly fingerprints = new Set<string>();
  /** By the blob of the authority, base64; the empty one means every authority. */
  private readonly certificates = new Map<string, RevokedCertificates>();

  constructor(bytes: Buffer) {
    this.digest = createHash('sha256').update(bytes).digest('base64');
  }

  /** The blob of a plain key. */
  addKey(blob: Buffer): void {
    this.keys.add(blob.toString('base64'));
  }

  addFingerprint(kind: 'sha1' | 'sha256', hash: Buffer): void {
    this.fingerprints.add(`${kind} ${hash.toString('base64')}`);
  }

  addSerials(authority: Buffer, serials: SerialRange[]): void {
    this.of(authority).serials.push(...serials);
  }

  addIds(authority: Buffer, ids: Buffer[]): void {
    for (const id of ids) this.of(authority).ids.add(id.toString('utf8'));
  }

  revokesKey(blob: Buffer): boolean {
    if (this.keys.has(blob.toString('base64'))) return true;
    return this.fingerprints.size > 0 && (['sha1', 'sha256'] as const).some((kind) => this.fingerprints.has(`${kind} ${createHash(kind).update(blob).digest('base64')}`));
  }

  /** By its key, its authority, its id or its serial. The serial 0 means that the authority gives none. */
  revokesCertificate({ key, authority, id, serial }: Certificate): boolean {
    if (this.revokesKey(key) || this.revokesKey(authority)) return true;
    return [authority.toString('base64'), ''].some((name) => {
      const revoked = this.certificates.get(name);
      return revoked !== undefined && (revoked.ids.has(id) || (serial !== 0n && revoked.serials.some(({ from, to }) => from <= serial && serial <= to)));
    });
  }

  private of(authority: Buffer): RevokedCertificates {
    const name = authority.toString('base64');
    let revoked = this.certificates.get(name);
    if (!revoked) this.certificates.set(name, (revoked = { serials: [], ids: new Set() }));
    return revoked;
  }
}
