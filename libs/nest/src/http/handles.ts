import { applyDecorators, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';
import { type Route, type RouteName, routeOf } from '@edge/contracts';

export const routeKey = 'edge:route';

/** Makes a method the handler of a route of the table: method, path, permission and status come from there. */
export function Handles(name: RouteName): MethodDecorator {
  const route = routeOf(name);
  return applyDecorators(SetMetadata(routeKey, name), RequestMapping({ path: route.path, method: RequestMethod[route.method] }), HttpCode(usualStatus(route)));
}

/** 202 where an action is accepted, else the lowest success that the route names. */
export function usualStatus(route: Route): number {
  const successes = Object.keys(route.answers).map(Number).filter((status) => status < 300);
  return successes.includes(202) ? 202 : Math.min(...successes);
}
