import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MarkerScanner } from './marker-scanner.js';

const marker = 'EDGE-0123456789ab';

function scan(chunks: Buffer[]) {
  const scanner = new MarkerScanner(marker);
  const parts = chunks.flatMap((chunk) => scanner.push(chunk));
  const bytes = Buffer.concat([...parts.flatMap((part) => (part.kind === 'bytes' ? [part.bytes] : [])), ...scanner.end()]);
  return { bytes: bytes.toString('latin1'), marks: parts.flatMap((part) => (part.kind === 'mark' ? [part.words.join(' ')] : [])), noise: scanner.noise.toString('latin1') };
}

describe('MarkerScanner', () => {
  it('splits noise, bytes and marks, however the stream is cut', () => {
    const payload = fc.oneof(fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)), fc.constantFrom('EDGE-', 'EDGE-0123456789a', '\nEDGE-0123456789abx').map((text) => Buffer.from(text)));
    fc.assert(fc.property(payload, fc.array(payload, { maxLength: 4 }), fc.array(fc.nat(), { maxLength: 6 }), (noise, body, places) => {
      const bytes = Buffer.concat(body);
      const whole = Buffer.concat([noise, Buffer.from(`${marker} begin new /bin/sh\n`), bytes, Buffer.from(`${marker} end done 0\n`)]);
      const at = [...new Set(places.map((place) => place % whole.length))].sort((one, other) => one - other);
      const chunks = [0, ...at].map((from, index) => whole.subarray(from, at[index] ?? whole.length));
      expect(scan(chunks)).toEqual({ bytes: bytes.toString('latin1'), marks: ['begin new /bin/sh', 'end done 0'], noise: noise.toString('latin1') });
    }));
  });
});
