import type { INestApplication } from '@nestjs/common';
import type { NestMicroservice } from '@nestjs/microservices';
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
  return server;
}
