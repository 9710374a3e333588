import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { EdgeReply, EdgeRequest } from '@edge/nest';
import type { Exchange } from './documents-of.js';

/** Request, reply and caller at once. The handler's return value is still what is sent. */
export const ExchangeOf = createParamDecorator((_data: unknown, context: ExecutionContext): Exchange => {
  const http = context.switchToHttp();
  const request = http.getRequest<EdgeRequest>();
  const caller = request.edge?.caller;
  if (!caller) throw new Error('An open route has no caller.');
  return { request, reply: http.getResponse<EdgeReply>(), caller };
});
