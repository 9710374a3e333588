import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** DSSE: https://github.com/secure-systems-lab/dsse */
export interface Envelope { payloadType: string; payload: string; signatures: { keyid: string; sig: string }[] }

/** What a receipt says, as far as it is printed; the rest is in its payload. */
export interface Receipt { action: string; space: string; project: string; type: string; status: string; accepted_at: string; ended_at?: string; actor: { name: string }; hosts: { host: string; state: string }[]; journal: { records: number; head: string } }

export const receiptType = 'application/vnd.edge.receipt+json';

/**
 * The statement of a receipt, when one of these keys signed it.
 * @param text the envelope as `GET /api/v1/actions/:id/receipt` answers it
 * @param keys public keys, PEM or as `edge keys create` writes them
 * @throws Error when it is no receipt; undefined when no key made its signature
 */
export function verifyReceipt(text: string, keys: string[]): Receipt | undefined {
  const { payloadType, payload, signatures } = envelopeOf(text);
  if (payloadType !== receiptType) throw new Error(`This is no receipt of Edge: its payload type is "${payloadType}", not "${receiptType}".`);
  const body = Buffer.from(payload, 'base64');
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `), body]);
  const known = keys.map(keyOf);
  const good = signatures.some(({ sig }) => known.some((key) => verify(null, signed, key, Buffer.from(sig, 'base64'))));
  return good ? JSON.parse(body.toString('utf8')) as Receipt : undefined;
}

function envelopeOf(text: string): Envelope {
  const envelope = parsed(text) as Partial<Envelope> | null;
  if (typeof envelope?.payloadType !== 'string' || typeof envelope.payload !== 'string' || !Array.isArray(envelope.signatures)) throw new Error('This is no receipt: a DSSE envelope has "payloadType", "payload" and "signatures".');
  return envelope as Envelope;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('This is no receipt: it is no JSON.');
  }
}

/** PEM text, or the `{kid, publicKey}` that `edge keys create` writes. */
function keyOf(text: string): KeyObject {
  try {
    return createPublicKey(text.trimStart().startsWith('{') ? (JSON.parse(text) as { publicKey: string }).publicKey : text);
  } catch {
    throw new Error('The public key is no PEM text ("-----BEGIN PUBLIC KEY-----"), and no file of "edge keys create".');
  }
}
