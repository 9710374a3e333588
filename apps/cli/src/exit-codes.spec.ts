import { describe, expect, it } from '@jest/globals';
import { EdgeProblem, EdgeUnreachable } from '@edge/client';
import { exitCodeOfError } from './exit-codes.js';

const refused = { pointer: '/command', detail: 'The command policy refuses this command (delete-all): It deletes everything.' };
const mistake = { pointer: '/hosts', detail: 'The list of hosts is empty.' };

function problem(code: string, status: number, errors: { pointer: string; detail: string }[] = []) {
  return new EdgeProblem({ type: `edge:${code}`, title: code, code, status, detail: code, errors } as ConstructorParameters<typeof EdgeProblem>[0], status);
}

describe('exitCodeOfError', () => {
  it('tells a refusal, by access, lock, freeze or policy, from a mistake', () => {
    const codes = [
      problem('forbidden', 403), problem('project-locked', 409), problem('frozen', 409), problem('invalid', 422, [refused]), problem('invalid', 422, [refused, mistake]), problem('invalid', 422, [mistake]), problem('unavailable', 503),
      new EdgeUnreachable('http://127.0.0.1:1', undefined), new Error('wrong option'),
    ].map((error) => exitCodeOfError(error));
    expect(codes).toEqual([3, 3, 3, 3, 2, 2, 7, 7, 2]);
  });
});
