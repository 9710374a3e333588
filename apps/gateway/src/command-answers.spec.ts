import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { commandAnswers, fittingOutputs, tailOnly, wholeOutput } from './command-answers.js';

describe('commandAnswers', () => {
  it("gives the seed's dictionary", () => {
    expect(commandAnswers('hostname', [{ host: 's1', result: { outcome: 'exited', cause: 'exit', code: 0 } }], { s1: 's1-hostname\n' })).toEqual({ s1: { hostname: [0, true, ['s1-hostname']] } });
  });

  it('says why a host gave no exit code', () => {
    expect(commandAnswers('hostname', [{ host: 's1', result: { outcome: 'not-started', cause: 'unreachable' } }, { host: 's2' }], {})).toEqual({
      s1: { hostname: [null, false, ['No connection to the host could be made.', 'Check address, port, firewall and that sshd runs.']] },
      s2: { hostname: [null, false, ['It did not run.']] },
    });
  });

  it('takes the output from the result where its digest shows that it is whole', () => {
    const digest = (stdout: string) => ({ stdout: hash('sha256', stdout), stderr: hash('sha256', '') });
    const result = { outcome: 'exited', cause: 'exit', code: 0 } as const;
    expect(wholeOutput({ ...result, tail: 'grüß\n', digest: digest('grüß\n') })).toBe('grüß\n');
    expect(wholeOutput({ ...result, tail: '', digest: digest('') })).toBe('');
    expect(wholeOutput({ ...result, tail: 'the end\n', digest: digest('much before the end\n') })).toBeUndefined();
    expect(wholeOutput(result)).toBeUndefined();
  });

  it('gives outputs whole up to a size, one by one and all together, and says where the others are', () => {
    const host = (name: string, stdout: number) => ({ host: name, result: { outcome: 'exited', cause: 'exit', code: 0, bytes: { stdout, stderr: 0 }, tail: 'the end\n' } as const });
    expect([...fittingOutputs([host('a', 100), host('b', 5_000_000), { host: 'c' }])]).toEqual(['a', 'c']);
    expect(fittingOutputs(Array.from({ length: 20 }, (_, at) => host(`h${at}`, 4_000_000))).size).toBe(8);
    expect([...fittingOutputs([host('a', 5_000_000)], 'stderr')]).toEqual(['a']);
    expect(tailOnly('a-1', host('b', 5_000_000).result)).toMatch(/^\[edge: 5000000 bytes [^\n]+ edge action logs a-1\]\nthe end\n$/);
  });
});
