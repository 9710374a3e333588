import { pointerTo } from './config-references.js';
import type { Finding } from './effective-config.js';

/** `who` acts: the caller, an operator of Edge, or nobody (wait). `retry`: the same request may succeed later. */
interface ErrorRow { status: number; title: string; who: 'caller' | 'operator' | 'nobody'; retry: boolean }

const table = {
  'bad-request': { status: 400, title: 'The request cannot be read', who: 'caller', retry: false },
  'invalid': { status: 422, title: 'The request asks for something that cannot be', who: 'caller', retry: false },
  'unknown-field': { status: 400, title: 'The request has a field that does not exist', who: 'caller', retry: false },
  'unauthenticated': { status: 401, title: 'Sign in first', who: 'caller', retry: false },
  'forbidden': { status: 403, title: 'This needs a grant that you do not have', who: 'caller', retry: false },
  'not-found': { status: 404, title: 'There is no such thing', who: 'caller', retry: false },
  'method-not-allowed': { status: 405, title: 'This route does not take that method', who: 'caller', retry: false },
  'conflict': { status: 409, title: 'It exists already, or is in use', who: 'caller', retry: false },
  'project-locked': { status: 409, title: 'Another action holds the project or its hosts', who: 'caller', retry: true },
  'action-failed': { status: 409, title: 'The action did not complete', who: 'caller', retry: false },
  'too-late': { status: 409, title: 'The action can no longer do that', who: 'caller', retry: false },
  'frozen': { status: 409, title: 'A freeze window is in force', who: 'caller', retry: true },
  'plan-changed': { status: 409, title: 'The plan is no longer the one you saw', who: 'caller', retry: false },
  'version-mismatch': { status: 412, title: 'It was changed since you read it', who: 'caller', retry: false },
  'too-large': { status: 413, title: 'The body is too large', who: 'caller', retry: false },
  'headers-too-large': { status: 431, title: 'The headers are too large', who: 'caller', retry: false },
  'unsupported-media-type': { status: 415, title: 'Send JSON', who: 'caller', retry: false },
  'range-not-satisfiable': { status: 416, title: 'There is no such part', who: 'caller', retry: false },
  'idempotency-mismatch': { status: 422, title: 'The Idempotency-Key was used with another body', who: 'caller', retry: false },
  'precondition-required': { status: 428, title: 'Say which version you change', who: 'caller', retry: false },
  'too-many': { status: 429, title: 'Too many at once', who: 'caller', retry: true },
  'internal': { status: 500, title: 'Edge failed', who: 'operator', retry: true },
  'unavailable': { status: 503, title: 'Edge cannot take this now', who: 'operator', retry: true },
  'store-full': { status: 503, title: 'The disk of Edge is full', who: 'operator', retry: true },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof table;
export const errorTable: Record<ErrorCode, ErrorRow> = table;

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  instance?: string;
  errors: Finding[];
  correlation_id?: string;
}

/** This piece of work cannot go on. Becomes `application/problem+json` at the rim. */
export class EdgeError extends Error {
  override readonly name = 'EdgeError';
  constructor(readonly code: ErrorCode, readonly detail: string, readonly findings: Finding[] = [], readonly retryAfterSeconds?: number) {
    super(detail);
  }
  get status(): number {
    return errorTable[this.code].status;
  }
  problem(instance?: string, correlationId?: string): Problem {
    const { title, status } = errorTable[this.code];
    return {
      type: `https://edge.dev/errors/${this.code}`, title, status, detail: this.detail, code: this.code, errors: this.findings,
      ...(instance ? { instance } : {}), ...(correlationId ? { correlation_id: correlationId } : {}),
    };
  }
}

const at = (pointer: string, detail: string, remedy?: string): Finding => ({ pointer, detail, ...(remedy ? { remedy } : {}) });

/** Who sends a configuration key bare is shown where it belongs. */
function placesFor(name: string, known: string[]): string {
  return `Fields: ${known.join(', ')}.${known.includes('config') ? ` A configuration key goes into config: {"config": {"${name}": …}}.` : ''}`;
}

/** Every error by its own name; each gives the sentence, the field and the remedy. */
export const errors = {
  badRequest: (detail: string, findings: Finding[] = []) => new EdgeError('bad-request', detail, findings),
  invalid: (detail: string, findings: Finding[]) => new EdgeError('invalid', detail, findings),
  invalidField: (pointer: string, detail: string, remedy?: string) => new EdgeError('invalid', detail, [at(pointer, detail, remedy)]),
  unknownField: (names: string[], known: string[]) =>
new EdgeError('unknown-field', `Unknown field ${names.map((n) => `"${n}"`).join(', ')}.`, names.map((n) => at(pointerTo(n), 'This field does not exist.', placesFor(n, known)))),
  unauthenticated: (detail = 'Send a token: Authorization: Bearer <token>.') => new EdgeError('unauthenticated', detail),
  forbidden: (grant: string) => new EdgeError('forbidden', `You need the grant ${grant}.`, [at('', `Missing grant: ${grant}.`, 'Ask an admin of the space.')]),
  notFound: (what: string) => new EdgeError('not-found', `There is no ${what}, or you may not know of it.`),
  exists: (what: string) => new EdgeError('conflict', `${what} exists already.`),
  inUse: (what: string, by: string) => new EdgeError('conflict', `${what} is in use by ${by}.`),
  projectLocked: (what: string, holder: string) =>
    new EdgeError('project-locked', `${what} is busy with ${holder}.`, [at('/on_busy', `${what} is busy with ${holder}.`, 'Wait for it, cancel it, or use "on_busy": "queue".')], 30),
  actionFailed: (id: string, status: string, reason: string) => new EdgeError('action-failed', `Action ${id} ended ${status}: ${reason}`),
  tooLate: (id: string, status: string, wanted: string) => new EdgeError('too-late', `Action ${id} is ${status}: ${wanted}.`),
  frozen: (name: string, until: string) => new EdgeError('frozen', `Freeze "${name}" is in force until ${until}.`),
  planChanged: (detail: string) => new EdgeError('plan-changed', detail, [at('/plan_hash', detail, 'Plan again and look at what changed.')]),
  versionMismatch: (what: string, version: number) => new EdgeError('version-mismatch', `${what} is at version ${version} now.`),
  rangeNotSatisfiable: (bytes: number) => new EdgeError('range-not-satisfiable', `The stream has ${bytes} bytes.`, [at('/range', 'This is not within it.', 'Ask for a range within it.')]),
  preconditionRequired: (what: string) => new EdgeError('precondition-required', `${what} exists: send If-Match with the version you read.`),
  tooLarge: (limit: string) => new EdgeError('too-large', `The body is larger than ${limit}.`),
  headersTooLarge: (limit: string) => new EdgeError('headers-too-large', `The headers are larger than ${limit}.`),
  idempotencyMismatch: (key: string) => new EdgeError('idempotency-mismatch', `Idempotency-Key "${key}" was used with another body.`, [at('', 'Same key, other body.', 'Use a new key for a new request.')]),
  tooMany: (detail: string, retryAfterSeconds: number) => new EdgeError('too-many', detail, [], retryAfterSeconds),
  unavailable: (detail: string, retryAfterSeconds = 5) => new EdgeError('unavailable', detail, [], retryAfterSeconds),
  storeFull: (detail: string) => new EdgeError('store-full', detail, [], 60),
  internal: (detail: string) => new EdgeError('internal', detail),
} as const;
