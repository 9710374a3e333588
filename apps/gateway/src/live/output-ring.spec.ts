import { describe, expect, it } from '@jest/globals';
import type { OutputAppended } from '@edge/contracts/messages';
import { OutputRing } from './output-ring.js';

const entry = (position: number, size = 10) => ({ position: BigInt(position), chunk: { command: 'c', stream: 'stdout', offset: position * 100, bytes: Buffer.from('x'.repeat(size)).toString('base64') } as OutputAppended });
const positions = (ring: OutputRing, after?: number) => {
  const { chunks, gap } = ring.after(after === undefined ? undefined : BigInt(after));
  return { positions: chunks.map((chunk) => Number(chunk.position)), gap };
};

describe('OutputRing', () => {
  it('answers what came after a position, without gap', () => {
    const ring = new OutputRing(true);
    for (const position of [3, 5, 5, 4, 9]) ring.push(entry(position));
    expect(positions(ring)).toEqual({ positions: [3, 5, 9], gap: false });
    expect(positions(ring, 5)).toEqual({ positions: [9], gap: false });
  });

  it('says that there is a gap when it had to drop what was asked for', () => {
    const ring = new OutputRing(true, 25);
    for (const position of [1, 2, 3]) ring.push(entry(position));
    expect(positions(ring)).toEqual({ positions: [2, 3], gap: true });
    expect(positions(ring, 1)).toEqual({ positions: [2, 3], gap: false });
  });

  it('says that there is a gap when it began in the middle', () => {
    const ring = new OutputRing(false);
    expect(positions(ring, 4)).toEqual({ positions: [], gap: true });
    ring.push(entry(7));
    expect(positions(ring, 6)).toEqual({ positions: [7], gap: false });
    expect(positions(ring, 5)).toEqual({ positions: [7], gap: true });
  });
});
