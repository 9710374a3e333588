import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { EdgeError, errors } from '@edge/contracts';
import type { FastifyReply } from 'fastify';
import type { Log } from '../log/log.js';
import type { EdgeRequest } from './edge-request.js';
import type { HandledRoutes } from './handled-routes.js';

/** Every error leaves as `application/problem+json`. What nobody expected is logged under the id that the answer carries. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log, private readonly handled: HandledRoutes, private readonly page?: (request: EdgeRequest, reply: FastifyReply) => boolean) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<EdgeRequest>(), http.getResponse<FastifyReply>());
  }

  answer(thrown: unknown, request: EdgeRequest, reply: FastifyReply): void {
    if (reply.sent || reply.raw.headersSent) {
      this.log.error({ request: request.id, err: thrown }, 'failed after the answer had begun');
      if (!reply.raw.writableEnded) reply.raw.destroy();
      return;
    }
    if (request.edge) request.edge.failed = thrown;
    const error = this.errorOf(thrown, request);
    if (error.code === 'not-found' && !(thrown instanceof EdgeError) && this.page?.(request, reply)) return;
    if (error.status >= 500) this.log.error({ request: request.id, url: request.url, err: thrown }, error.detail);
    if (error.retryAfterSeconds !== undefined) void reply.header('retry-after', String(Math.ceil(error.retryAfterSeconds)));
    else if (error.status === 429 || error.status === 503) void reply.header('retry-after', '5');
    if (error.status === 401) void reply.header('www-authenticate', 'Bearer realm="edge"');
    if (error.status === 405) void reply.header('allow', this.handled.methodsOf(request.url).join(', '));
    void reply.status(error.status).header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(error.problem(pathOf(request.url), request.id)));
  }

  private errorOf(thrown: unknown, request: EdgeRequest): EdgeError {
    if (thrown instanceof EdgeError) return thrown;
    const status = thrown instanceof HttpException ? thrown.getStatus() : ((thrown as { statusCode?: number } | null)?.statusCode ?? 500);
    if (status === 404) return this.notHere(request);
    if (status === 413) return errors.tooLarge('1 MB');
    if (status === 415) return new EdgeError('unsupported-media-type', `The body is "${request.headers['content-type'] ?? 'untyped'}"; send application/json.`);
    if (status === 503) return errors.unavailable('Edge is ending or starting.');
    if (status >= 400 && status < 500) return errors.badRequest(sentenceOf(thrown));
    return errors.internal(`Edge failed; its log has the reason under ${request.id}.`);
  }

  private notHere(request: EdgeRequest): EdgeError {
    const methods = this.handled.methodsOf(request.url);
    if (methods.length > 0) return new EdgeError('method-not-allowed', `${pathOf(request.url)} takes ${methods.join(', ')}, not ${request.method}.`);
    const { code, detail } = errors.notFound(`route ${request.method} ${pathOf(request.url)}`);
    return new EdgeError(code, detail, [{ pointer: '', detail: 'No route has this path.', remedy: 'GET /docs lists the routes, GET /openapi.json describes them.' }]);
  }
}

export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

function sentenceOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : 'The request cannot be read.';
  return /JSON/.test(text) ? `The body is not valid JSON: ${text}` : text;
}
