import { describe, expect, it } from '@jest/globals';
import type { DetailDocument } from '@edge/contracts';
import type { LogIndex, LogQuery } from '@edge/ports';
import { OutputBytes, rangeOf } from './output-bytes.js';

/** An index that holds these lines, in this order. */
function indexOf(lines: Partial<DetailDocument>[]): LogIndex & { searches: number } {
  const index = {
    searches: 0,
    search: async ({ limit, cursor = '0' }: LogQuery) => {
      index.searches += 1;
      const hits = lines.slice(Number(cursor), Number(cursor) + limit).map((document) => ({ document }));
      return { hits, ...(hits.length === limit ? { cursor: String(Number(cursor) + limit) } : {}) };
    },
  };
  return index as unknown as LogIndex & { searches: number };
}

describe('OutputBytes', () => {
  it('goes on where it ended, and puts lines where they belong', async () => {
    const line = (at: number) => ({ offset: at * 5, text: String(at).padStart(4, '0'), newline: true });
    const lines: Partial<DetailDocument>[] = Array.from({ length: 2_500 }, (_, at) => line(at));
    const index = indexOf(lines);
    const output = new OutputBytes(index, { action: 'a', command: 'c', stream: 'stdout' });
    await output.read();
    expect([output.length, index.searches]).toEqual([12_500, 3]);
    lines.push(line(2_501), line(2_500), { offset: 12_510, text: '?', raw: Buffer.from([0xff]).toString('base64'), newline: false });
    await output.read();
    expect(index.searches).toBe(4);
    const whole = Buffer.concat([Buffer.from(Array.from({ length: 2_502 }, (_, at) => `${line(at).text}\n`).join('')), Buffer.from([0xff])]);
    expect(output.whole().equals(whole)).toBe(true);
    expect(output.length).toBe(whole.length);
  });
});

describe('rangeOf', () => {
  it('reads ranges as RFC 9110 says', () => {
    expect(rangeOf('bytes=0-3', 10)).toEqual({ start: 0, end: 3 });
    expect(rangeOf('bytes=4-', 10)).toEqual({ start: 4, end: 9 });
    expect(rangeOf('bytes=-3', 10)).toEqual({ start: 7, end: 9 });
    expect(rangeOf('bytes=0-99', 10)).toEqual({ start: 0, end: 9 });
    expect(rangeOf('bytes=10-', 10)).toBe('outside');
    expect(rangeOf(undefined, 10)).toBeUndefined();
    expect(rangeOf('lines=1-2', 10)).toBeUndefined();
  });
});
