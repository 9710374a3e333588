import { describe, expect, it } from '@jest/globals';
import type { DetailDocument } from '@edge/contracts';
import { packLines, unpackLines } from './packed-lines.js';

const line = (offset: number, other: Partial<DetailDocument> = {}): DetailDocument => {
  const command = other.command_id ?? 'c';
  return {
    id: `${command}:stdout:${offset}`, correlation_id: 'a', space: 's', project: 'p', type: 'run', actor: 'x', at: '2026-01-01T00:00:00Z', host: 'h', step: 'run', command_id: command, stream: 'stdout', offset,
    text: `line at ${offset}`, newline: true, ...other,
  };
};

describe('packLines', () => {
  it('says once what lines share, and loses nothing', () => {
    const lines = [line(0), line(5), line(9, { command_id: 'd' }), line(12, { command_id: 'd', raw: '/w==', newline: false }), line(20, { id: 'another' }), line(30, { at: '2026-01-02T00:00:00Z' })];
    const packed = packLines(lines);
    expect(packed.shared.map(({ command_id, at }) => [command_id, at.slice(0, 10)])).toEqual([['c', '2026-01-01'], ['d', '2026-01-01'], ['c', '2026-01-01'], ['c', '2026-01-02']]);
    expect([...unpackLines(structuredClone(packed))]).toEqual(lines);
  });
});
