import { Global, Module } from '@nestjs/common';
import { Metrics } from '../rim/metrics.js';
import { Readiness } from '../rim/readiness.js';
import { RimController } from '../rim/rim.controller.js';
import { AccessGuard } from './access-guard.js';
import { BodyPipe } from './body-pipe.js';
import { HandledRoutes } from './handled-routes.js';
import { Permits } from './permits.js';
import { Scopes } from './scopes.js';

const shared = [Readiness, Metrics, Permits, Scopes];

/** What every HTTP program has. Needs `Access` and `Audit` from a global module. */
@Global()
@Module({ controllers: [RimController], providers: [...shared, AccessGuard, BodyPipe, HandledRoutes], exports: shared })
export class HttpKitModule {}
