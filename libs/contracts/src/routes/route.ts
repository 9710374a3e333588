import type { Permission } from '../permissions.js';

/**
 * Where the space comes from that the permission is asked for.
 * `path`: `:space`, with `:project` and `:type` where the path has them · `action`, `host`: the thing behind `:id` or `:host` ·
 * `platform`: none, the permission is needed everywhere · `handler`: the handler asks, or cuts its answer to what the caller may see.
 */
export type Scope = 'path' | 'action' | 'host' | 'platform' | 'handler';

/** One route. `answers`: status → what it means; every route may also answer the errors of the error table. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/actions/:id` */
  path: string;
  about: string;
  owner: 'gateway' | 'config' | 'acl' | 'rim';
  /** `open`: no token · `signed-in`: any caller · `by-type`: what `permissionForType(:type)` says. */
  needs: Permission | 'open' | 'by-type';
  scope: Scope;
  /** Classes of `@edge/contracts/messages`. */
  body?: string;
  query?: string;
  answers: Record<number, string>;
  /** Media type of the answer when it is not JSON. */
  produces?: string;
  /** Changes nothing, although its method is not GET: no audit entry. */
  readOnly?: boolean;
}

export type RouteTable = Record<string, Route>;

/** Fills in the owner, so that each table says it once. */
export function owned<const T extends Record<string, Omit<Route, 'owner'>>>(owner: Route['owner'], table: T): { [K in keyof T]: Route } {
  return Object.fromEntries(Object.entries(table).map(([name, route]) => [name, { ...route, owner }])) as { [K in keyof T]: Route };
}
