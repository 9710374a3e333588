import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import { receiptType, verifyReceipt } from './verify-receipt.js';

const pair = () => generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
const [own, foreign] = [pair(), pair()];
const statement = { action: 'a', status: 'completed', hosts: [] };

function envelope(payload: object, { type = receiptType, key = own.privateKey } = {}): string {
  const body = Buffer.from(JSON.stringify(payload));
  const sig = sign(null, Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} ${body.toString()}`), key).toString('base64');
  return JSON.stringify({ payloadType: type, payload: body.toString('base64'), signatures: [{ keyid: 'k', sig }] });
}

describe('verifyReceipt', () => {
  it('gives the statement that a known key signed, whichever of several', () => {
    expect(verifyReceipt(envelope(statement), [foreign.publicKey, own.publicKey])).toEqual(statement);
    expect(verifyReceipt(envelope(statement), [JSON.stringify({ kid: 'k', publicKey: own.publicKey })])).toEqual(statement);
  });

  it('gives nothing when another key signed it, or a byte was changed', () => {
    expect(verifyReceipt(envelope(statement), [foreign.publicKey])).toBeUndefined();
    const changed = JSON.parse(envelope(statement)) as { payload: string };
    changed.payload = Buffer.from(JSON.stringify({ ...statement, status: 'failed' })).toString('base64');
    expect(verifyReceipt(JSON.stringify(changed), [own.publicKey])).toBeUndefined();
  });

  it('refuses what was signed for another purpose, what is no envelope and what is no key', () => {
    expect(() => verifyReceipt(envelope(statement, { type: 'application/vnd.edge.grant+json' }), [own.publicKey])).toThrow(/payload type/);
    expect(() => verifyReceipt('{"payload": 1}', [own.publicKey])).toThrow(/DSSE envelope/);
    expect(() => verifyReceipt('nothing', [own.publicKey])).toThrow(/no JSON/);
    expect(() => verifyReceipt(envelope(statement), ['nothing'])).toThrow(/PEM/);
  });
});
