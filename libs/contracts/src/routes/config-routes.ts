import type { Permission } from '../permissions.js';
import { owned, type Route, type Scope } from './route.js';

type Draft = Omit<Route, 'owner'>;

const versioned = { 412: 'It was changed since you read it.', 428: 'It exists: send If-Match.' };

interface Resource {
  /** `the environment` */
  the: string;
  body: string;
  /** Path of the list; one thing is `<list>/:<id>`. */
  list: string;
  id: string;
  read: { needs: Permission; scope: Scope };
  write: { needs: Permission; scope: Scope };
  query?: string;
}

const named = {
  list: ({ the, list, read, query }: Resource): Draft => ({ method: 'GET', path: list, ...(read.scope === 'path' ? read : { needs: 'signed-in', scope: 'handler' }), query: query ?? 'PageQuery', about: `List what there is of ${the}, as far as the caller may see.`, answers: { 200: 'A page.' } }),
  create: ({ the, list, body, write }: Resource): Draft => ({ method: 'POST', path: list, ...(write.scope === 'host' ? { needs: 'signed-in', scope: 'handler' } : write), body, about: `Create ${the}.`, answers: { 201: 'Created.', 409: 'It exists already.' } }),
  show: ({ the, list, id, read }: Resource): Draft => ({ method: 'GET', path: `${list}/:${id}`, ...read, about: `Show ${the}; its version is the ETag.`, answers: { 200: 'The document.' } }),
  put: ({ the, list, id, body, write }: Resource): Draft => ({ method: 'PUT', path: `${list}/:${id}`, ...write, body, about: `Store ${the} whole.`, answers: { 200: 'Stored.', 201: 'Created.', ...versioned } }),
  remove: ({ the, list, id, write }: Resource): Draft => ({ method: 'DELETE', path: `${list}/:${id}`, ...write, about: `Delete ${the}.`, answers: { 204: 'Deleted.', 409: 'It is in use.', ...versioned } }),
  history: ({ the, list, id, read }: Resource): Draft => ({ method: 'GET', path: `${list}/:${id}/history`, ...read, query: 'PageQuery', about: `Who changed what of ${the}, and when.`, answers: { 200: 'A page of changes, newest first.' } }),
};

const inSpace = { read: { needs: 'see', scope: 'path' }, write: { needs: 'configure', scope: 'path' } } as const;
const platformWide = { read: { needs: 'signed-in', scope: 'handler' }, write: { needs: 'manage-platform', scope: 'platform' } } as const;

const space: Resource = { the: 'the space', body: 'SpaceBody', list: '/api/v1/spaces', id: 'space', read: { needs: 'see', scope: 'path' }, write: { needs: 'manage-platform', scope: 'platform' } };
const environment: Resource = { the: 'the environment', body: 'EnvironmentBody', list: '/api/v1/environments', id: 'environment', ...platformWide };
const project: Resource = { the: 'the project', body: 'ProjectBody', list: '/api/v1/spaces/:space/projects', id: 'project', ...inSpace };
const host: Resource = { the: 'the host', body: 'HostBody', list: '/api/v1/hosts', id: 'host', read: { needs: 'see', scope: 'host' }, write: { needs: 'manage-hosts', scope: 'host' }, query: 'HostsQuery' };
const group: Resource = { the: 'the group', body: 'GroupBody', list: '/api/v1/groups', id: 'group', ...platformWide };
const freeze: Resource = { the: 'the freeze window', body: 'FreezeBody', list: '/api/v1/freezes', id: 'freeze', ...platformWide, write: { needs: 'signed-in', scope: 'handler' } };
const policy: Resource = { the: 'the command rules', body: 'PolicyBody', list: '/api/v1/policies', id: 'policy', ...platformWide };
const trigger: Resource = { the: 'the trigger', body: 'TriggerBody', list: '/api/v1/spaces/:space/triggers', id: 'trigger', ...inSpace };
/** The handler asks for `manage-grants` in the space that the grant names, or for `manage-platform` when it names none. */
const grant: Resource = { the: 'the grant', body: 'GrantBody', list: '/api/v1/grants', id: 'grant', read: { needs: 'signed-in', scope: 'handler' }, write: { needs: 'signed-in', scope: 'handler' } };

const ofProject = '/api/v1/spaces/:space/projects/:project';
const secrets = '/api/v1/spaces/:space/secrets';

/** Configuration: layered, versioned, validated. */
export const configRoutes = owned('config', {
  showPlatform: { method: 'GET', path: '/api/v1/platform', needs: 'signed-in', scope: 'handler', about: 'The platform-wide layer of configuration.', answers: { 200: 'The document.' } },
  putPlatform: { method: 'PUT', path: '/api/v1/platform', needs: 'manage-platform', scope: 'platform', body: 'PlatformBody', about: 'Store the platform-wide layer whole.', answers: { 200: 'Stored.', 201: 'Created.', ...versioned } },
  patchPlatform: { method: 'PATCH', path: '/api/v1/platform', needs: 'manage-platform', scope: 'platform', body: 'PlatformBody', about: 'Merge keys into the platform-wide layer.', answers: { 200: 'The whole document.', ...versioned } },
  platformHistory: { method: 'GET', path: '/api/v1/platform/history', needs: 'signed-in', scope: 'handler', query: 'PageQuery', about: 'Who changed the platform-wide layer, and when.', answers: { 200: 'A page of changes, newest first.' } },
  listSpaces: named.list({ ...space, read: { needs: 'signed-in', scope: 'handler' } }),
  createSpace: named.create(space),
  showSpace: named.show(space),
  putSpace: named.put({ ...space, write: { needs: 'manage-grants', scope: 'path' } }),
  deleteSpace: named.remove(space),
  spaceHistory: named.history(space),
  listEnvironments: named.list(environment),
  createEnvironment: named.create(environment),
  showEnvironment: named.show(environment),
  putEnvironment: named.put(environment),
  deleteEnvironment: named.remove(environment),
  environmentHistory: named.history(environment),
  listProjects: named.list(project),
  createProject: named.create(project),
  showProject: named.show(project),
  putProject: named.put(project),
  patchProject: { method: 'PATCH', path: ofProject, needs: 'set-version', scope: 'path', body: 'ProjectPatchBody', about: 'Merge configuration keys (CI sets `version` so); any key but `version` needs `configure`.', answers: { 200: 'The whole document.', ...versioned } },
  deleteProject: named.remove(project),
  projectHistory: named.history(project),
  showProjectConfig: { method: 'GET', path: `${ofProject}/config`, needs: 'see', scope: 'path', about: 'Effective values, each with its origin, and what is wrong with them.', answers: { 200: '`{config, zones, pools, findings}`.' } },
  checkProjectConfig: { method: 'POST', path: `${ofProject}/config/check`, needs: 'see', scope: 'path', body: 'ConfigCheckBody', readOnly: true, about: 'Check configuration as accepting an action would.', answers: { 200: '`{ok, findings}`.' } },
  listHosts: named.list({ ...host, read: { needs: 'signed-in', scope: 'handler' } }),
  createHost: named.create(host),
  showHost: named.show(host),
  putHost: named.put(host),
  deleteHost: named.remove(host),
  hostHistory: named.history(host),
  showHostKeys: { method: 'GET', path: '/api/v1/hosts/:host/keys', needs: 'manage-hosts', scope: 'host', about: 'Enrolled keys, those that the host offers right now, and a changed key that waits for approval.', answers: { 200: '`{enrolled, offered, pending?}`.' } },
  enrolHostKeys: { method: 'POST', path: '/api/v1/hosts/:host/keys', needs: 'manage-hosts', scope: 'host', body: 'HostKeysBody', about: 'Trust these keys of the host from now on, instead of the former: enrols them, and approves a changed one.', answers: { 200: 'The host.' } },
  checkHost: { method: 'POST', path: '/api/v1/hosts/:host/check', needs: 'restart', scope: 'host', readOnly: true, about: 'See whether Edge reaches the host.', answers: { 200: '`{host, ok, outcome, cause, detail}`.' } },
  cleanHost: { method: 'POST', path: '/api/v1/hosts/:host/clean', needs: 'manage-hosts', scope: 'host', about: 'Remove what commands that ended long ago left on the host; never of a command that runs.', answers: { 200: '`{host, ok, outcome, cause, detail}`.' } },
  listGroups: named.list(group),
  createGroup: named.create(group),
  showGroup: named.show(group),
  putGroup: named.put(group),
  deleteGroup: named.remove(group),
  groupHistory: named.history(group),
  listGrants: named.list(grant),
  createGrant: named.create(grant),
  showGrant: named.show(grant),
  deleteGrant: named.remove(grant),
  grantHistory: named.history(grant),
  listFreezes: named.list(freeze),
  createFreeze: named.create(freeze),
  showFreeze: named.show(freeze),
  putFreeze: named.put(freeze),
  deleteFreeze: named.remove(freeze),
  freezeHistory: named.history(freeze),
  listPolicies: named.list(policy),
  createPolicy: named.create(policy),
  showPolicy: named.show(policy),
  putPolicy: named.put(policy),
  deletePolicy: named.remove(policy),
  policyHistory: named.history(policy),
  listTriggers: named.list(trigger),
  createTrigger: named.create(trigger),
  showTrigger: named.show(trigger),
  putTrigger: named.put(trigger),
  deleteTrigger: named.remove(trigger),
  triggerHistory: named.history(trigger),
  listSecrets: { method: 'GET', path: secrets, needs: 'manage-secrets', scope: 'path', query: 'PageQuery', about: 'Names of the secrets; never a value.', answers: { 200: 'A page of names.' } },
  putSecret: { method: 'PUT', path: `${secrets}/:secret`, needs: 'manage-secrets', scope: 'path', body: 'SecretBody', about: 'Set a secret.', answers: { 204: 'Set.' } },
  deleteSecret: { method: 'DELETE', path: `${secrets}/:secret`, needs: 'manage-secrets', scope: 'path', about: 'Delete a secret.', answers: { 204: 'Deleted.' } },
  reencryptSecrets: { method: 'POST', path: '/api/v1/secrets/reencrypt', needs: 'manage-platform', scope: 'platform', about: 'Encrypt with the current key whatever an older one encrypted (key rotation).', answers: { 200: '`{key, secrets, reencrypted, left}`; `key` is the id of the current one.' } },
  listScripts: { method: 'GET', path: '/api/v1/scripts', needs: 'signed-in', scope: 'handler', query: 'PageQuery', about: 'The scripts that environments may name.', answers: { 200: 'A page of scripts.' } },
  showScript: { method: 'GET', path: '/api/v1/scripts/:script', needs: 'signed-in', scope: 'handler', about: 'About, action types and the JSON Schema of its configuration.', answers: { 200: 'The script.' } },
  search: { method: 'GET', path: '/api/v1/search', needs: 'signed-in', scope: 'handler', query: 'SearchQuery', about: 'Projects by any configuration key, hosts by pool and zone.', answers: { 200: '`{projects, hosts}`.' } },
  applyDocuments: { method: 'POST', path: '/api/v1/apply', needs: 'signed-in', scope: 'handler', body: 'ApplyBody', about: 'Store many documents in one transaction, each with the permission it needs.', answers: { 200: '`{changes, warnings}`.' } },
  exportDocuments: { method: 'GET', path: '/api/v1/export', needs: 'signed-in', scope: 'handler', query: 'ExportQuery', about: 'The documents that the caller may see; `Accept: application/yaml` for YAML.', answers: { 200: 'The documents.' } },
});
