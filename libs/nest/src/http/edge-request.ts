import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller, RouteName } from '@edge/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The space, and what of it, that a request is about. */
export interface RequestScope { space?: string; project?: string; type?: string }

/** What the guard found out about a request. */
export interface Admission {
  route: RouteName;
  caller?: Caller;
  scope: RequestScope;
  /** What the handler wants in the audit: what it changed. Never a secret. */
  detail?: Record<string, unknown>;
  /** What the handler answers, or the error that it ended with. */
  answer?: unknown;
  failed?: unknown;
  audited?: true;
}

export type EdgeReply = FastifyReply;
export interface EdgeRequest extends FastifyRequest { edge?: Admission }

/** The authenticated caller. */
export const CallerOf = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const caller = context.switchToHttp().getRequest<EdgeRequest>().edge?.caller;
  if (!caller) throw new Error('An open route has no caller.');
  return caller;
});
