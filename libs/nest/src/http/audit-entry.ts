import { EdgeError, type Route, routeOf } from '@edge/contracts';
import type { AuditEntry } from '@edge/ports';
import type { EdgeRequest } from './edge-request.js';

export function changesState(route: Route): boolean {
  return route.method !== 'GET' && !route.readOnly;
}

/** What a request was, for the audit: `what` is the route's name, `target` its path parameters. Bodies stay out: they may hold secrets. */
export function entryOf(request: EdgeRequest, ended: { answer?: unknown; error?: unknown }): AuditEntry {
  const { route, caller, scope, detail } = request.edge!;
  const params = Object.entries((request.params ?? {}) as Record<string, string>).filter(([name]) => !(routeOf(route).needs === 'open' && name === 'code'));
  const { error } = ended;
  const refused = error instanceof EdgeError && ['forbidden', 'not-found', 'unauthenticated', 'too-many'].includes(error.code);
  const space = scope.space ?? params.find(([name]) => name === 'space')?.[1];
  const action = fieldOf(ended.answer, 'action_id') ?? (routeOf(route).scope === 'action' ? (request.params as Record<string, string>).id : undefined);
  return {
    subject: caller?.subject ?? 'anonymous',
    what: route,
    ...(space ? { space } : {}),
    ...(params.length > 0 ? { target: params.map(([, value]) => value).join('/') } : {}),
    allowed: !refused,
    ...(error ? { why: error instanceof EdgeError ? error.detail : 'Edge failed.' } : {}),
    from: request.ip,
    via: caller?.via ?? 'api',
    ...(action ? { action } : {}),
    ...(detail || (error && !refused) ? { detail: { ...detail, ...(error && !refused ? { failed: error instanceof EdgeError ? error.code : 'internal' } : {}) } } : {}),
  };
}

function fieldOf(answer: unknown, name: string): string | undefined {
  const value = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
