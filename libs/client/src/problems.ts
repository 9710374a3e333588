import type { Problem } from '@edge/contracts';

/** Edge answered, and the answer is an error. */
export class EdgeProblem extends Error {
  override readonly name = 'EdgeProblem';
  constructor(readonly problem: Problem, readonly status: number) {
    super(problem.detail || problem.title || `Edge answered ${status} with ${JSON.stringify(problem)}`);
  }
}

/** No answer: Edge is not there, or the network is not. */
export class EdgeUnreachable extends Error {
  override readonly name = 'EdgeUnreachable';
  constructor(readonly url: string, override readonly cause: unknown) {
    super(`Edge does not answer at ${url}.`);
  }
}
