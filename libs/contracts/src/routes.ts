import { aclRoutes } from './routes/acl-routes.js';
import { configRoutes } from './routes/config-routes.js';
import { gatewayRoutes } from './routes/gateway-routes.js';
import { rimRoutes } from './routes/rim-routes.js';
import type { Route } from './routes/route.js';

export type { Route, Scope } from './routes/route.js';

/** Every route there is, by name (interfaces.md §2, §3). OpenAPI, permissions and the handlers' paths come from here. */
export const routes = { ...gatewayRoutes, ...configRoutes, ...aclRoutes, ...rimRoutes } satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

export function routeOf(name: RouteName): Route {
  return routes[name];
}
