import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { commandAnswers, wholeOutput } from './command-answers.js';

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
});
