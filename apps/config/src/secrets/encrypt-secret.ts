import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A key of 32 bytes with its name. */
export interface SecretKey { kid: string; key: Uint8Array }

/** AES-256-GCM; iv, tag and text base64. What the secret belongs to is authenticated with it: moved elsewhere it cannot be read. */
export interface EncryptedSecret { kid: string; iv: string; tag: string; text: string }

export function encryptSecret({ kid, key }: SecretKey, owner: string, value: string): EncryptedSecret {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(owner));
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return { kid, iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), text: text.toString('base64') };
}

/** The text; undefined when the key is another one, or the secret was changed or moved. */
export function decryptSecret({ key }: SecretKey, owner: string, { iv, tag, text }: EncryptedSecret): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'), { authTagLength: 16 }).setAAD(Buffer.from(owner)).setAuthTag(Buffer.from(tag, 'base64'));
  try {
    return Buffer.concat([decipher.update(Buffer.from(text, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    return undefined; // the tag does not fit
  }
}
