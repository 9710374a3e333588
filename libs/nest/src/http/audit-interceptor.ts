import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { routeOf } from '@edge/contracts';
import { Audit } from '@edge/ports';
import { catchError, concatMap, from, map, type Observable, throwError } from 'rxjs';
import { changesState, entryOf } from './audit-entry.js';
import type { EdgeRequest } from './edge-request.js';

/** Every state-changing route leaves one entry before it answers, whatever came of it. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(private readonly audit: Audit) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    if (!request.edge || !changesState(routeOf(request.edge.route))) return next.handle();
    return next.handle().pipe(
      catchError((error: unknown) => from(this.audit.write(entryOf(request, { error }))).pipe(concatMap(() => throwError(() => error)))),
      concatMap((answer) => from(this.audit.write(entryOf(request, { answer }))).pipe(map(() => answer))),
    );
  }
}
