import { createHash } from 'node:crypto';
import type { OfferedKey } from '@edge/ports';

export type HostKeyVerdict = 'trusted' | 'unknown' | 'changed' | 'revoked';

/** Compares an offered key with the enrolled lines (`ssh-ed25519 AAAA…`). Nothing enrolled: unknown. */
export function judgeAgainst(lines: string[], blob: Buffer): HostKeyVerdict {
  const known = lines.map((line) => line.trim().split(/\s+/)[1] ?? '');
  if (known.includes(blob.toString('base64'))) return 'trusted';
  return lines.length > 0 ? 'changed' : 'unknown';
}

/** `SHA256:…` as ssh-keygen prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** A key as people compare it. */
export function shownKey(blob: Buffer): OfferedKey {
  return { type: keyType(blob), key: `${keyType(blob)} ${blob.toString('base64')}`, fingerprint: fingerprint(blob) };
}

/** The key type is the first string of the blob. */
export function keyType(blob: Buffer): string {
  return blob.length < 4 ? '' : blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
}
