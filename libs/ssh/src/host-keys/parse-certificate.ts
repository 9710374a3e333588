import { WireEnd, WireReader, wireString } from './read-wire.js';

/** An OpenSSH certificate, as it travels. Times are seconds since 1970. */
export interface Certificate {
  /** With `-cert-v01@openssh.com`. */
  type: string;
  /** The type and blob of the plain key that it certifies. */
  keyType: string;
  key: Buffer;
  kind: 'user' | 'host';
  serial: bigint;
  id: string;
  principals: string[];
  validAfter: bigint;
  validBefore: bigint;
  criticalOptions: string[];
  /** Blob of the key that signed. */
  authority: Buffer;
  /** What was signed, and the signature. */
  signed: Buffer;
  signature: Buffer;
}

export const certificateSuffix = '-cert-v01@openssh.com';

// How many wire strings make the plain key, after its type.
const keyFields: Record<string, number> = { 'ssh-ed25519': 1, 'ecdsa-sha2-nistp256': 2, 'ecdsa-sha2-nistp384': 2, 'ecdsa-sha2-nistp521': 2, 'ssh-rsa': 2 };

/** Reads a certificate's blob. Undefined: it is none, or is malformed. */
export function parseCertificate(blob: Buffer): Certificate | undefined {
  try {
    return read(new WireReader(blob));
  } catch (error) {
    if (error instanceof WireEnd) return undefined;
    throw error;
  }
}

function read(wire: WireReader): Certificate | undefined {
  const type = wire.text();
  const keyType = type.endsWith(certificateSuffix) ? type.slice(0, -certificateSuffix.length) : '';
  const fields = keyFields[keyType];
  if (fields === undefined) return undefined;
  wire.string(); // nonce
  const parts = Array.from({ length: fields }, () => wireString(wire.string()));
  const [serial, kind, id] = [wire.uint64(), wire.uint32(), wire.text()];
  const principals = strings(wire.string());
  const [validAfter, validBefore] = [wire.uint64(), wire.uint64()];
  const criticalOptions = strings(wire.string()).filter((_, index) => index % 2 === 0);
  wire.string(); // extensions
  wire.string(); // reserved
  const authority = wire.string();
  const signed = wire.bytes.subarray(0, wire.at);
  const signature = wire.string();
  if (!wire.done || (kind !== 1 && kind !== 2)) return undefined;
  return { type, keyType, key: Buffer.concat([wireString(keyType), ...parts]), kind: kind === 1 ? 'user' : 'host', serial, id, principals, validAfter, validBefore, criticalOptions, authority, signed, signature };
}

function strings(bytes: Buffer): string[] {
  const wire = new WireReader(bytes);
  const found: string[] = [];
  while (!wire.done) found.push(wire.text());
  return found;
}
