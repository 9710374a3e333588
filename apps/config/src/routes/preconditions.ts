import { errors } from '@edge/contracts';
import type { EdgeRequest } from '@edge/nest';

/** The version that `If-Match` demands: a number, `any` for `*`, undefined without the header. */
export function ifMatch(request: EdgeRequest): number | 'any' | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  const [, version] = /^(?:W\/)?"?(\d+)"?$/.exec(header.trim()) ?? [];
  if (version === undefined) throw errors.badRequest('If-Match takes the ETag that you read, for example "3".');
  return Number(version);
}

/**
 * What PUT and DELETE write over. @param version of what is there, 0 if nothing is
 * @throws EdgeError `precondition-required` when it exists and the header is missing; `version-mismatch` when there is nothing to match
 */
export function demandMatch(request: EdgeRequest, { what, version }: { what: string; version: number }): number | undefined {
  const wanted = ifMatch(request);
  if (wanted === undefined && version > 0) throw errors.preconditionRequired(what);
  if (wanted !== undefined && version === 0) throw errors.versionMismatch(what, 0);
  return wanted === 'any' ? undefined : wanted;
}
