import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { parseCertificate, type Certificate } from '../host-keys/parse-certificate.js';
import { wireString } from '../host-keys/read-wire.js';

const certificates = new WeakMap<ParsedKey, Buffer>();

/** The same private key, to be shown with a certificate. ssh2 knows no certificates: `signAtOnce` sends what `certifiedRequest` makes. */
export function withCertificate(key: ParsedKey, certificate: Buffer): ParsedKey {
  const certified = Object.create(key) as ParsedKey;
  certificates.set(certified, certificate);
  return certified;
}

export function certificateOf(key: ParsedKey): Buffer | undefined {
  return certificates.get(key);
}

/** A certificate file's blob; undefined where there is none that can be read. */
export async function readCertificateFile(path: string): Promise<{ path: string; blob: Buffer; certificate: Certificate } | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [, base64] = /^\S+-cert-v01@openssh\.com ([A-Za-z0-9+/=]+)/.exec(text.trim()) ?? [];
  const blob = Buffer.from(base64 ?? '', 'base64');
  const certificate = parseCertificate(blob);
  return certificate && { path, blob, certificate };
}

/** Why a user certificate is of no use now; undefined where it may be. */
export function certificateProblem(path: string, { certificate, nowMs }: { certificate: Certificate; nowMs: number }): string | undefined {
  const now = BigInt(Math.floor(nowMs / 1000));
  if (certificate.kind !== 'user') return `${path} is not a user certificate`;
  if (now < certificate.validAfter) return `${path} is not valid yet: compare the clocks`;
  return now >= certificate.validBefore ? `${path} has expired: get a new certificate` : undefined;
}

/** A complete signed publickey request (RFC 4252, section 7) with the certificate. */
export function certifiedRequest({ user, key, certificate, sessionId }: { user: string; key: ParsedKey; certificate: Buffer; sessionId: Buffer }): Buffer {
  const [algorithm, inner] = algorithmsOf(key.type);
  const request = Buffer.concat([
    Buffer.from([50]), wireString(user), wireString('ssh-connection'), wireString('publickey'), Buffer.from([1]), wireString(algorithm), wireString(certificate),
  ]);
  const signature: unknown = key.sign(Buffer.concat([wireString(sessionId), request]), key.type === 'ssh-rsa' ? 'sha512' : undefined);
  if (!Buffer.isBuffer(signature)) throw signature instanceof Error ? signature : new Error('The key did not sign.');
  const value = key.type.startsWith('ecdsa-') ? sshSignature(signature) : signature;
  return Buffer.concat([request, wireString(Buffer.concat([wireString(inner), wireString(value)]))]);
}

function algorithmsOf(type: string): [certified: string, plain: string] {
  const plain = type === 'ssh-rsa' ? 'rsa-sha2-512' : type;
  return [`${plain}-cert-v01@openssh.com`, plain];
}

/** From DER's two integers to two SSH numbers. */
function sshSignature(der: Buffer): Buffer {
  let at = der[1]! >= 0x80 ? 3 : 2;
  const number = () => {
    const length = der[at + 1]!;
    const value = der.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    return wireString(value);
  };
  return Buffer.concat([number(), number()]);
}
