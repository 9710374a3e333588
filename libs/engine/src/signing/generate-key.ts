import { createHash, generateKeyPairSync } from 'node:crypto';
import type { KeyText } from './create-keyring.js';

/** A new Ed25519 key; its id is derived from the public half. */
export function generateKey(): Required<KeyText> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  return { kid: createHash('sha256').update(publicKey).digest('base64url').slice(0, 16), privateKey, publicKey };
}
