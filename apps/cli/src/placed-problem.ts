import { EdgeProblem } from '@edge/client';

/** What Edge says of the documents that were sent, in terms of the files where they stand: `/documents/2/adress` becomes `hosts.yaml:12 /adress`. */
export function placedProblem(error: unknown, places: string[]): unknown {
  if (!(error instanceof EdgeProblem)) return error;
  const { problem, status } = error;
  const findings = problem.errors.map((finding) => ({ ...finding, pointer: placed(finding.pointer, places) }));
  return new EdgeProblem({ ...problem, detail: placed(problem.detail, places), errors: findings }, status);
}

export function placed(text: string, places: string[]): string {
  return text.replace(/^\/documents\/(\d+)(\/)?/, (pointer, index: string, slash: string | undefined) => {
    const place = places[Number(index)];
    return place === undefined ? pointer : place + (slash ? ' /' : '');
  });
}
