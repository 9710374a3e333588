import { describe, expect, it } from '@jest/globals';
import type { HostResult } from '@edge/contracts';
import type { RunCommandPayload } from '@edge/contracts/messages';
import { MemoryBus } from '@edge/testing/world';
import { OutputPublisher } from './output-publisher.js';

const payload = { action: 'a', space: 's', project: 'p', type: 'run', actor: 'x', host: { name: 'web-1', keys: [] }, step: 'run', command: 'c' } as unknown as RunCommandPayload;
const output = new OutputPublisher(new MemoryBus(), payload, () => 0);
const exited: HostResult = { outcome: 'exited', cause: 'exit', code: 0 };

function endsOf(shipped: { stdout: number; stderr: number }, result: HostResult): string[] {
  return output.ends(shipped, result).map(({ value }) => JSON.parse(value) as { stream: string; offset: number; last: true }).map(({ stream, offset, last }) => `${stream} ${offset} ${String(last)}`);
}

describe('OutputPublisher', () => {
  it('ends a stream where it was shipped to, and one only that its host wrote to', () => {
    expect(endsOf({ stdout: 5, stderr: 0 }, { ...exited, bytes: { stdout: 5, stderr: 0 } })).toEqual(['stdout 5 true']);
    expect(endsOf({ stdout: 0, stderr: 0 }, { ...exited, bytes: { stdout: 0, stderr: 0 } })).toEqual([]);
  });

  it('ends both where it is not known what the host wrote: another executor may have shipped an unfinished line', () => {
    const both = ['stdout 0 true', 'stderr 0 true'];
    expect(endsOf({ stdout: 0, stderr: 0 }, exited)).toEqual(both);
    expect(endsOf({ stdout: 0, stderr: 0 }, { outcome: 'lost', cause: 'connection-lost', bytes: { stdout: 0, stderr: 0 } })).toEqual(both);
  });
});
