import type { INestApplication } from '@nestjs/common';
import type { NestMicroservice } from '@nestjs/microservices';
import type { FastifyInstance } from 'fastify';
import { EdgeBusServer, type EdgeBusOptions } from './edge-bus-server.js';
import { PassErrors } from './pass-errors.js';

/**
 * Puts the application's `@EventPattern` handlers on the bus; `app.startAllMicroservices()` starts to read, `app.close()` drains.
 * Call it after `app.init()` or before `app.listen()`, once per application.
 */
export function connectBus(app: INestApplication, options: EdgeBusOptions): EdgeBusServer {
  const server = new EdgeBusServer(options);
  // Filters only count if they are there before handlers are registered; so registration is done here, as Nest would have done it.
  const microservice = app.connectMicroservice({ strategy: server }, { deferInitialization: true }) as NestMicroservice;
  microservice.useGlobalFilters(new PassErrors());
  microservice.registerListeners();
  microservice.setIsInitialized(true);
  microservice.setIsInitHookCalled(true);
  // It drains while HTTP answers what it has in hand: one after the other would take too long.
  const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
  fastify.addHook('preClose', async () => void server.close().catch(() => undefined)); // Nest asks again, and hears it
  return server;
}
