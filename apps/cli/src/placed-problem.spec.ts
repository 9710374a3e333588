import { describe, expect, it } from '@jest/globals';
import { EdgeProblem } from '@edge/client';
import type { Problem } from '@edge/contracts';
import { placedProblem } from './placed-problem.js';

const problem = { code: 'invalid', status: 422, detail: '/documents/1/adress: There is no such field.', errors: [{ pointer: '/documents/1/adress', detail: 'There is no such field.' }, { pointer: '/documents/0', detail: 'It stands here a second time.' }, { pointer: '/other', detail: 'Else.' }] };

describe('placedProblem', () => {
  it('says file and line instead of the position among what was sent', () => {
    const { message, problem: { errors } } = placedProblem(new EdgeProblem(problem as unknown as Problem, 422), ['a.yaml:1', 'b.yaml:7']) as EdgeProblem;
    expect([message, ...errors.map(({ pointer }) => pointer)]).toEqual(['b.yaml:7 /adress: There is no such field.', 'b.yaml:7 /adress', 'a.yaml:1', '/other']);
  });

  it('leaves any other error as it is', () => {
    const error = new Error('else');
    expect(placedProblem(error, [])).toBe(error);
  });
});
