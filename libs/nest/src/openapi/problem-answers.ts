import { type ErrorCode, errorTable, type Route, type RouteName } from '@edge/contracts';

export { errorTable, type Route, type RouteName };

/** Errors that a route may answer because of what it is: where it needs a caller, takes a body, names a thing. */
export function usualProblems(route: Route): Record<string, unknown> {
  const codes: ErrorCode[] = ['internal', 'unavailable', 'bad-request'];
  if (route.needs !== 'open') codes.push('unauthenticated', 'forbidden');
  if (route.path.includes(':')) codes.push('not-found');
  if (route.body) codes.push('invalid', 'too-large', 'unsupported-media-type');
  if (route.method !== 'GET') codes.push('too-many');
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(codes.map((code) => [errorTable[code].status, errorTable[code]] as const).filter(([status]) => !route.answers[status]).map(([status, { title }]) => [status, { description: title, content }]));
}
