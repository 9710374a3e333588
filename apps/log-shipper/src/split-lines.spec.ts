import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitLines, type Line, type Unfinished } from './split-lines.js';

function split(content: Buffer, cuts: number[]): Line[] {
  let unfinished: Unfinished = { offset: 0, bytes: Buffer.alloc(0) };
  const lines: Line[] = [];
  const ends = [...new Set([...cuts.map((cut) => cut % (content.length + 1)), content.length])].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    const result = splitLines(unfinished, { offset: start, bytes: content.subarray(start, end), last: false });
    lines.push(...result.lines);
    unfinished = result.unfinished;
    start = end;
  }
  return [...lines, ...splitLines(unfinished, { offset: content.length, bytes: Buffer.alloc(0), last: true }).lines];
}

/** Jest compares buffers byte by byte, which takes minutes. */
const told = (line: Line) => ({ ...line, bytes: line.bytes.toString('latin1') });

const bytes = fc.array(fc.oneof(fc.constant('\n'), fc.constant('x'.repeat(8_192)), fc.string()), { maxLength: 12 }).map((parts) => Buffer.from(parts.join('')));

describe('splitLines', () => {
  it('gives the same lines however the stream was cut', () => {
    fc.assert(fc.property(bytes, fc.array(fc.nat(), { maxLength: 8 }), (content, cuts) => {
      expect(split(content, cuts).map(told)).toEqual(split(content, []).map(told));
    }));
  });

  it('gives back every byte', () => {
    fc.assert(fc.property(bytes, (content) => {
      const whole = Buffer.concat(split(content, []).flatMap((line) => [line.bytes, Buffer.from(line.newline ? '\n' : '')]));
      expect(whole.equals(content)).toBe(true);
    }));
  });

  it('gives the same lines a few at a time', () => {
    fc.assert(fc.property(bytes, fc.integer({ min: 1, max: 3 }), fc.boolean(), (content, most, last) => {
      const whole = splitLines({ offset: 0, bytes: Buffer.alloc(0) }, { offset: 0, bytes: content, last });
      let slice = splitLines({ offset: 0, bytes: Buffer.alloc(0) }, { offset: 0, bytes: content, last }, most);
      const lines = [...slice.lines];
      while (slice.more) {
        slice = splitLines(slice.unfinished, { offset: slice.unfinished.offset, bytes: Buffer.alloc(0), last }, most);
        expect(slice.lines.length).toBeLessThanOrEqual(most);
        lines.push(...slice.lines);
      }
      expect(lines.map(told)).toEqual(whole.lines.map(told));
      expect([slice.unfinished.offset, slice.unfinished.bytes.toString('latin1')]).toEqual([whole.unfinished.offset, whole.unfinished.bytes.toString('latin1')]);
    }));
  });

  it('skips what it saw before', () => {
    const first = splitLines({ offset: 0, bytes: Buffer.alloc(0) }, { offset: 0, bytes: Buffer.from('one\ntw'), last: false });
    const again = splitLines(first.unfinished, { offset: 0, bytes: Buffer.from('one\ntwo\n'), last: false });
    expect(again.lines.map((line) => [line.offset, line.bytes.toString()])).toEqual([[4, 'two']]);
  });

  it('cuts a long line between characters, and what is no UTF-8 anywhere', () => {
    const emoji = split(Buffer.from(`x${'🚀'.repeat(5_000)}`), [1, 16_385, 16_386]);
    expect(emoji.map((line) => line.bytes.toString()).join('')).toBe(`x${'🚀'.repeat(5_000)}`);
    expect(emoji.map((line) => line.bytes.length)).toEqual([16_381, 3_620]);
    expect(split(Buffer.alloc(16_390, 0x80), []).map((line) => line.bytes.length)).toEqual([16_384, 6]);
  });

  it('refuses a gap', () => {
    expect(() => splitLines({ offset: 0, bytes: Buffer.alloc(0) }, { offset: 5, bytes: Buffer.from('x'), last: false })).toThrow('only 0 were seen');
  });
});
