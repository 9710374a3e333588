import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { offers } from './algorithms.js';

interface Info { keyLen: number; ivLen: number; len: number }
interface Cipher { allocPacket(length: number): Buffer; encrypt(packet: Buffer): void }
interface Decipher { decrypt(data: Buffer, from: number, length: number): unknown }
interface Ssh2Crypto { CIPHER_INFO: Record<string, Info>; MAC_INFO: Record<string, Info>; init: Promise<void>; createCipher(config: object): Cipher; createDecipher(config: object): Decipher }

const crypto = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') as Ssh2Crypto;
const lengths = [1, 8, 15, 16, 17, 255, 256, 4095, 32_768];

/** Both ends of one direction; `inJavaScript`: not by what `npm ci` compiled. */
function ends(cipherName: string, macName: string) {
  const [cipherInfo, macInfo] = [crypto.CIPHER_INFO[cipherName]!, crypto.MAC_INFO[macName]!];
  const shared = { key: randomBytes(cipherInfo.keyLen), iv: randomBytes(cipherInfo.ivLen), macKey: randomBytes(macInfo.len) };
  const sent: Buffer[] = [];
  const got: string[] = [];
  return {
    got,
    take: () => Buffer.concat(sent.splice(0)),
    cipher: (inJavaScript: boolean) => crypto.createCipher({ outbound: { cipherInfo, cipherKey: Buffer.from(shared.key), cipherIV: Buffer.from(shared.iv), macInfo, macKey: shared.macKey, seqno: 7, forceNative: inJavaScript, onWrite: (bytes: Uint8Array) => sent.push(Buffer.from(bytes)) } }),
    decipher: (inJavaScript: boolean) => crypto.createDecipher({ inbound: { decipherInfo: cipherInfo, decipherKey: Buffer.from(shared.key), decipherIV: Buffer.from(shared.iv), macInfo, macKey: shared.macKey, seqno: 7, forceNative: inJavaScript, onPayload: (payload: Buffer) => { got.push(payload.toString('hex')); } } }),
  };
}

describe('The compiled ciphers of ssh2', () => {
  beforeAll(() => crypto.init);

  const pairs = offers.ciphers.defaults.flatMap((cipher) => (/gcm|poly1305/.test(cipher) ? offers.macs.defaults.slice(0, 1) : offers.macs.defaults).map((mac): [string, string] => [cipher, mac]));

  it.each(pairs)('read what those in JavaScript write, and the other way round: %s, %s', (cipherName, macName) => {
    for (const inJavaScript of [true, false]) {
      const { got, take, cipher, decipher } = ends(cipherName, macName);
      const [writer, reader] = [cipher(inJavaScript), decipher(!inJavaScript)];
      const payloads = lengths.map((length) => randomBytes(length));
      for (const payload of payloads) {
        const packet = writer.allocPacket(payload.length);
        payload.copy(packet, 5);
        writer.encrypt(packet);
        const bytes = take();
        const half = Math.floor(bytes.length / 2);
        reader.decrypt(Buffer.from(bytes.subarray(0, half)), 0, half);
        reader.decrypt(Buffer.from(bytes.subarray(half)), 0, bytes.length - half);
      }
      expect(got).toEqual(payloads.map((payload) => payload.toString('hex')));
    }
  });

  it.each(pairs)('take no packet that was changed on the way: %s, %s', (cipherName, macName) => {
    const { got, take, cipher, decipher } = ends(cipherName, macName);
    const writer = cipher(true);
    const packet = writer.allocPacket(64);
    writer.encrypt(packet);
    const bytes = take();
    bytes[bytes.length - 20]! ^= 1;
    expect(() => decipher(false).decrypt(bytes, 0, bytes.length)).toThrow();
    expect(got).toEqual([]);
  });
});
