import { type Route, type RouteName, routes } from '@edge/contracts';
import type { Asked } from './http-call.js';
import type { Side } from './two-spaces.js';

/** Bodies that would change something if they were let through, aimed at one side. */
const bodies: Record<string, (side: Side) => object> = {
  StartActionBody: ({ host }) => ({ servers: [host], dry_run: true }),
  PlanBody: ({ host }) => ({ servers: [host] }),
  RunCommandsBody: ({ host, space }) => ({ hosts: [host], command: 'true', space }),
  CheckCommandBody: ({ space }) => ({ command: 'true', space }),
  VersionBody: ({ space, project, host }) => ({ space, project, host, version: '1' }),
  VerdictBody: () => ({ zone: 'z', stage: 1, verdict: 'positive' }),
  SpaceBody: () => ({ title: 'Changed' }),
  EnvironmentBody: () => ({ script: 'nothing-of-that-name' }),
  ProjectBody: () => ({ environment: 'nothing-of-that-name' }),
  ProjectPatchBody: () => ({ config: { version: 3 } }),
  HostBody: ({ host, space }) => ({ name: host, spaces: [space] }),
  GroupBody: () => ({ members: [] }),
  GrantBody: ({ space }) => ({ who: 'user:eve', role: 'admin', space }),
  FreezeBody: ({ space }) => ({ name: 'made-by-the-matrix', spaces: [space], from: '2020-01-01T00:00:00Z', to: '2020-01-01T00:00:00Z' }),
  TriggerBody: ({ project }) => ({ match: {}, start: { project, type: 3 } }),
  TokenBody: ({ space, project }) => ({ name: 'made-by-the-matrix', role: 'viewer', space, project, expires_in: 1_000_000_000 }),
  AccessCheckBody: ({ space, project }) => ({ subject: 'user:eve', permission: 'deploy', space, project }),
  ApplyBody: ({ space, project }) => ({ documents: [{ kind: 'Project', space, name: project, environment: 'plain', config: { version: 'taken' } }], dry_run: true }),
  HostKeysBody: () => ({ keys: ['no key'] }),
  SecretBody: () => ({ value: 3 }),
  ConfigCheckBody: () => ({}),
  SignalBody: () => ({ reason: 3 }),
  RetryBody: () => ({ reason: 3 }),
  SessionBody: () => ({}),
  IdentityBody: () => ({}),
  PolicyBody: () => ({}),
  PlatformBody: () => ({ zones: 3 }),
};

const queries: Record<string, (side: Side) => string> = {
  ActionsQuery: ({ space }) => `space=${space}`,
  VersionsQuery: ({ space, project, host }) => `space=${space}&project=${project}&host=${host}`,
  HostsQuery: ({ space }) => `space=${space}`,
  SearchQuery: ({ project }) => `q=${project}`,
  ExportQuery: ({ space }) => `space=${space}`,
  EventsQuery: ({ space }) => `space=${space}`,
  ReportQuery: ({ space }) => `space=${space}`,
};

/** One request of every route, aimed at one side by path, body and query. None of them ends anything. */
export function requestsOf(side: Side): { name: RouteName; route: Route; asked: Asked }[] {
  const params: Record<string, string> = { ...side, id: side.action, type: 'restart', environment: 'plain', group: `${side.space}-group`, grant: `${side.space}-grant`, policy: `${side.space}-policy`, token: `${side.space}-token`, identity: `${side.space}-person`, command: 'c', executor: 'e', code: 'c', script: 'one-by-one' };
  return (Object.entries(routes) as [RouteName, Route][]).map(([name, route]) => {
    const harmless = name === 'deleteSecret' ? { ...params, secret: `${side.space}-no-secret` } : params;
    const path = route.path.replace(/:(\w+)/g, (_whole, param: string) => encodeURIComponent(harmless[param] ?? param));
    const query = route.query && queries[route.query] ? `?${queries[route.query]!(side)}` : '';
    return { name, route, asked: { method: route.method, path: path + query, ...(route.body ? { body: bodies[route.body]?.(side) ?? {} } : {}) } };
  });
}
