import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { WireEnd, WireReader } from './read-wire.js';

const curves: Record<string, { crv: string; hash: string; bytes: number }> = {
  'ecdsa-sha2-nistp256': { crv: 'P-256', hash: 'sha256', bytes: 32 },
  'ecdsa-sha2-nistp384': { crv: 'P-384', hash: 'sha384', bytes: 48 },
  'ecdsa-sha2-nistp521': { crv: 'P-521', hash: 'sha512', bytes: 66 },
};
// SHA-1 signatures (`ssh-rsa`) are not accepted.
const rsaHashes: Record<string, string> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

/** Whether `signature` (an SSH signature blob) over `data` is from the key with this blob. False also for everything that cannot be read. */
export function verifySignature(keyBlob: Buffer, data: Buffer, signature: Buffer): boolean {
  try {
    const wire = new WireReader(signature);
    const [algorithm, value] = [wire.text(), wire.string()];
    return wire.done && verifyAs(algorithm, { keyBlob, data, value });
  } catch {
    return false; // malformed input proves nothing
  }
}

function verifyAs(algorithm: string, { keyBlob, data, value }: { keyBlob: Buffer; data: Buffer; value: Buffer }): boolean {
  const key = new WireReader(keyBlob);
  const type = key.text();
  if (type === 'ssh-ed25519') return algorithm === type && verify(null, data, jwk({ kty: 'OKP', crv: 'Ed25519', x: url(key.string()) }), value);
  if (type === 'ssh-rsa') {
    const [e, n] = [key.string(), unsigned(key.string())];
    return rsaHashes[algorithm] !== undefined && n.length >= 256 && verify(rsaHashes[algorithm], data, jwk({ kty: 'RSA', e: url(unsigned(e)), n: url(n) }), value);
  }
  const curve = curves[type];
  if (!curve || algorithm !== type) return false;
  key.string(); // the curve's name
  const point = key.string();
  if (point[0] !== 4 || point.length !== 1 + 2 * curve.bytes) return false;
  const x = url(point.subarray(1, 1 + curve.bytes));
  const y = url(point.subarray(1 + curve.bytes));
  return verify(curve.hash, data, { key: jwk({ kty: 'EC', crv: curve.crv, x, y }), dsaEncoding: 'ieee-p1363' }, plainSignature(value, curve.bytes));
}

function plainSignature(value: Buffer, bytes: number): Buffer {
  const wire = new WireReader(value);
  return Buffer.concat([wire.string(), wire.string()].map((part) => {
    const number = unsigned(part);
    if (number.length > bytes) throw new WireEnd('The signature is too long.');
    return Buffer.concat([Buffer.alloc(bytes - number.length), number]);
  }));
}

function unsigned(number: Buffer): Buffer {
  return number[0] === 0 ? number.subarray(1) : number;
}

function url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

function jwk(key: Record<string, string>): KeyObject {
  return createPublicKey({ key, format: 'jwk' });
}
