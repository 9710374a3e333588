import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { newId } from '@edge/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Audit } from '@edge/ports';
import type { Log } from '../log/log.js';
import { NestLog } from '../log/nest-log.js';
import { Metrics } from '../rim/metrics.js';
import { AccessGuard } from './access-guard.js';
import { auditAnswers } from './audit-answers.js';
import { BodyPipe } from './body-pipe.js';
import { serveConsole } from './console-files.js';
import type { EdgeRequest } from './edge-request.js';
import { endConnections } from './end-connections.js';
import { forwardedRoutes, type Forwarding, forwardRoutes } from './forward-routes.js';
import { HandledRoutes } from './handled-routes.js';
import { HttpKitModule } from './http-kit.module.js';
import { linkPages } from './page.js';
import { ProblemFilter } from './problem-filter.js';
import { readJsonBodies } from './read-json-bodies.js';
import { serviceHeader, ServiceToken } from './service-route.js';
import { answerBadAddress, answerNoHttp } from './unreadable-requests.js';

export interface HttpOptions {
  log: Log;
  /** PEM; plain HTTP without. */
  tls?: { cert: string; key: string; ca?: string };
  /** Addresses of a proxy whose X-Forwarded-* are believed. */
  trustedProxy?: string;
  /** Folder of the built console; its index answers every page that is no route. */
  console?: string;
  /** Routes of other services that are passed on to them. */
  forward?: Forwarding;
  /** This program stands behind a gateway: what that says of the caller's address is believed if it brings this token (`EDGE_SERVICE_TOKEN`). */
  behindGateway?: string;
}

const bodyLimitBytes = 1024 * 1024;

/** A Nest program on Fastify with everything that Edge's HTTP promises. Not yet listening, not yet initialised: connect the bus first. */
export async function createHttpApp(module: Type<unknown> | DynamicModule, options: HttpOptions): Promise<NestFastifyApplication> {
  class HttpProgram {}
  const root: DynamicModule = { module: HttpProgram, imports: [HttpKitModule, module] };
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes, genReqId: () => newId(Date.now()), trustProxy: options.behindGateway !== undefined || (options.trustedProxy ?? false), forceCloseConnections: false, logger: false,
    frameworkErrors: answerBadAddress, clientErrorHandler: answerNoHttp, routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_000 },
    ...(options.tls ? { https: options.tls } : {}),
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger: new NestLog(options.log), bodyParser: false, abortOnError: false });
  app.get(HandledRoutes).check();
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  endConnections(fastify);
  if (options.behindGateway !== undefined) believeGateway(fastify, new ServiceToken(options.behindGateway));
  readJsonBodies(fastify);
  linkPages(fastify);
  observe(fastify, app.get(Metrics), options.log);
  auditAnswers(fastify, app.get(Audit));
  const page = options.console ? await serveConsole(fastify, options.console) : undefined;
  const problems = new ProblemFilter(options.log, app.get(HandledRoutes), page);
  if (options.forward) {
    app.get(HandledRoutes).forwards(forwardedRoutes(options.forward));
    forwardRoutes(fastify, options.forward, problems);
  }
  app.useGlobalFilters(problems);
  app.useGlobalGuards(app.get(AccessGuard));
  app.useGlobalPipes(app.get(BodyPipe));
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  return app;
}

/** Anybody can send `X-Forwarded-For`; only what comes with the cluster's token is left there to be believed. */
function believeGateway(fastify: FastifyInstance, token: ServiceToken): void {
  fastify.addHook('onRequest', async ({ raw: { headers } }: FastifyRequest) => {
    if (!token.fits(headers[serviceHeader])) for (const name of ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']) delete headers[name];
  });
}

/** Every answer carries its id; every request is measured, and told in the log. */
function observe(fastify: FastifyInstance, metrics: Metrics, log: Log): void {
  const seconds = metrics.histogram({ name: 'edge_http_request_seconds', help: 'Time to answer a request.', labels: ['method', 'route', 'status'] });
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers({ 'x-correlation-id': request.id, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });
  fastify.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    const route = request.routeOptions.url ?? 'none';
    seconds({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    log.debug({ request: request.id, method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime), subject: (request as EdgeRequest).edge?.caller?.subject }, 'answered');
  });
}
