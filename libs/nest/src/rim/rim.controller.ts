import { Controller, Header, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HandledRoutes } from '../http/handled-routes.js';
import { Handles } from '../http/handles.js';
import { asyncApi } from '../openapi/async-api.js';
import { docsPage } from '../openapi/docs-page.js';
import { openApi } from '../openapi/open-api.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

/** What every program answers at its root. */
@Controller()
export class RimController {
  constructor(private readonly readiness: Readiness, private readonly metrics: Metrics, private readonly handled: HandledRoutes) {}

  @Handles('livez')
  livez(): object {
    return { alive: true };
  }

  @Handles('readyz')
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const state = await this.readiness.state();
    if (!state.ready) void reply.status(HttpStatus.SERVICE_UNAVAILABLE).header('retry-after', '5');
    return state;
  }

  @Handles('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  figures(): Promise<string> {
    return this.metrics.text();
  }

  @Handles('openapi')
  openapi(): object {
    return openApi(this.handled.all());
  }

  @Handles('asyncapi')
  asyncapi(): object {
    return asyncApi();
  }

  @Handles('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  docs(): string {
    return docsPage(this.handled.all());
  }
}
