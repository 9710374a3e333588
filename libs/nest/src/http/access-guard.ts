import { type CanActivate, type ExecutionContext, Injectable, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Caller, errors, type Permission, permissionForType, type Route, type RouteName, routeOf } from '@edge/contracts';
import { Access } from '@edge/ports';
import { credentialOf, demandSameOrigin } from './credential.js';
import type { EdgeRequest, RequestScope } from './edge-request.js';
import { routeKey } from './handles.js';
import { Permits } from './permits.js';
import { Scopes } from './scopes.js';
import { serviceHeader, serviceKey, ServiceToken } from './service-route.js';

/** Every request passes here: who is it, and may she? A route that says nothing is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector, private readonly access: Access, private readonly permits: Permits, private readonly scopes: Scopes,
    @Optional() private readonly services?: ServiceToken,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    if (this.reflector.get<string | undefined>(serviceKey, context.getHandler())) return this.admitService(request);
    const name = this.reflector.get<RouteName | undefined>(routeKey, context.getHandler());
    if (!name) throw errors.internal('The route has no declared permission.');
    const route = routeOf(name);
    request.edge = { route: name, scope: {} };
    if (route.needs === 'open') return true;
    request.edge.caller = await this.callerOf(request);
    request.edge.scope = await this.admit(request, route);
    return true;
  }

  /** Whoever is no service of this cluster does not learn that there is such a route. */
  private admitService(request: EdgeRequest): boolean {
    const given = request.headers[serviceHeader];
    if (given === undefined || !this.services) throw errors.notFound(`route ${request.method} ${request.url}`);
    if (!this.services.fits(given)) throw errors.unauthenticated('The token of the service is not the one of this cluster (EDGE_SERVICE_TOKEN).');
    return true;
  }

  private async callerOf(request: EdgeRequest): Promise<Caller> {
    const credential = credentialOf(request);
    const caller = credential.bearer || credential.cookie ? await this.access.authenticate(credential) : undefined;
    if (!caller) throw errors.unauthenticated(credential.bearer ? 'The token is not known, has expired or was revoked.' : undefined);
    if (credential.cookie) demandSameOrigin(request);
    return { ...caller, address: request.ip, via: caller.via ?? (credential.cookie ? 'console' : 'api') };
  }

  private async admit(request: EdgeRequest, route: Route): Promise<RequestScope> {
    const params = request.params as Record<string, string | undefined>;
    const caller = request.edge!.caller!;
    if (route.scope === 'handler') return {};
    const permission = route.needs === 'by-type' ? permissionForType(params.type ?? '') : (route.needs as Permission);
    if (route.scope === 'platform') {
      await this.permits.require(caller, { permission });
      return {};
    }
    if (route.scope === 'path') return this.admitPath(caller, { permission, params });
    return this.admitThing(caller, { of: route.scope, permission, id: params[route.scope === 'host' ? 'host' : 'id'] ?? '' });
  }

  private async admitPath(caller: Caller, { permission, params }: { permission: Permission; params: Record<string, string | undefined> }): Promise<RequestScope> {
    const { space, project, type } = params;
    const scope = { ...(space ? { space } : {}), ...(project ? { project } : {}), ...(type ? { type } : {}) };
    await this.permits.require(caller, { permission, ...scope });
    return scope;
  }

  /** What does not exist and what the caller may not see answer alike. */
  private async admitThing(caller: Caller, { of, permission, id }: { of: 'action' | 'host'; permission: Permission; id: string }): Promise<RequestScope> {
    const scopes = (await this.scopes.find(of, id)) ?? [];
    const seen: RequestScope[] = [];
    for (const scope of scopes) if (await this.permits.may(caller, { permission: 'see', ...withoutType(scope) })) seen.push(scope);
    if (seen.length === 0) throw errors.notFound(`${of} "${id}"`);
    for (const scope of seen) if (await this.permits.may(caller, { permission, ...scope })) return scope;
    throw errors.forbidden(`${permission} on ${seen.map((scope) => [scope.space, scope.project].filter(Boolean).join('/')).join(' or ')}`);
  }
}

function withoutType({ type: _type, ...scope }: RequestScope): RequestScope {
  return scope;
}
