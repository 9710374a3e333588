import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson, type Signed } from '@edge/contracts';
import { type Audience, Keyring } from '@edge/ports';
import { KnownSignatures } from './known-signatures.js';

/** One key as it is kept: PEM text. Private: it can sign; the public half is derived. */
export interface KeyText { kid: string; privateKey?: string; publicKey?: string }

/** Which key signs for an audience, and which are believed: several while one is being rotated. */
export interface KeyringKeys {
  sign: Partial<Record<Audience, KeyText>>;
  trust: Partial<Record<Audience, KeyText[]>>;
}

/** Ed25519 over DSSE's pre-authentication encoding, the audience in its payload type: what is signed for one purpose is worth nothing for another. */
export function createKeyring(keys: KeyringKeys): Keyring {
  return new Ed25519Keyring(keys);
}

/** A signature is proven once: keys stand still for as long as a keyring lives, and what one of them signed here, or verified here, holds for the very same bytes again. */
class Ed25519Keyring extends Keyring {
  private readonly signers = new Map<Audience, { kid: string; key: KeyObject; believed: boolean }>();
  private readonly trusted = new Map<string, KeyObject>();
  private readonly known = new KnownSignatures();

  constructor({ sign: own, trust }: KeyringKeys) {
    super();
    for (const [audience, texts] of entries(trust)) for (const text of texts) this.trusted.set(`${audience} ${text.kid}`, publicOf(text));
    for (const [audience, { kid, privateKey }] of entries(own)) if (privateKey) this.signers.set(audience, this.signer(audience, { kid, privateKey }));
  }

  sign(audience: Audience, payload: unknown): Signed {
    const signer = this.signers.get(audience);
    if (!signer) throw new Error(`This program has no key to sign a ${audience}.`);
    const text = canonicalJson(payload);
    const signed = { payload: text, kid: signer.kid, signature: sign(null, bytes(audience, text), signer.key).toString('base64') };
    if (signer.believed) this.known.add(audience, signed);
    return signed;
  }

  verify<T>(audience: Audience, signed: Signed): T | undefined {
    return this.known.has(audience, signed) || this.proves(audience, signed) ? (JSON.parse(signed.payload) as T) : undefined;
  }

  private proves(audience: Audience, signed: Signed): boolean {
    const key = this.trusted.get(`${audience} ${signed.kid}`);
    if (!key || !verify(null, bytes(audience, signed.payload), key, Buffer.from(signed.signature, 'base64'))) return false;
    this.known.add(audience, signed);
    return true;
  }

  /** `believed`: what it signs would be verified here, too. */
  private signer(audience: Audience, { kid, privateKey }: { kid: string; privateKey: string }): { kid: string; key: KeyObject; believed: boolean } {
    const key = createPrivateKey(privateKey);
    return { kid, key, believed: this.trusted.get(`${audience} ${kid}`)?.equals(createPublicKey(key)) ?? false };
  }
}

function bytes(audience: Audience, payload: string): Buffer {
  const type = `application/vnd.edge.${audience}+json`;
  return Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${Buffer.byteLength(payload)} ${payload}`, 'utf8');
}

function publicOf(text: KeyText): KeyObject {
  return text.publicKey ? createPublicKey(text.publicKey) : createPublicKey(createPrivateKey(text.privateKey ?? ''));
}

function entries<V>(record: Partial<Record<Audience, V>>): [Audience, V][] {
  return Object.entries(record) as [Audience, V][];
}
