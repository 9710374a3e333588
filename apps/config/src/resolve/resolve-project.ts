import { type EffectiveConfig, errors, type Finding, type HostDocument, type JsonObject, type Layer, type ProjectDocument, type ResolvedProject, type SpaceDocument, withoutRequired } from '@edge/contracts';
import { unknownKeys } from '../checks/check-values.js';
import { inventoryKey, resolveInventory } from '../inventory/resolve-inventory.js';
import { mergeLayers } from '../layers/merge-layers.js';
import { platformLayer } from '../layers/platform-layer.js';
import type { ScriptStore } from '../scripts/script-store.js';
import type { ConfigurationView } from '../store/configuration-view.js';

export interface Asked { space: string; project: string; overrides?: JsonObject }

/** Everything that the configuration says of a project. @throws EdgeError `not-found` for a space or project that is not there */
export async function resolveProject({ view, scripts }: { view: ConfigurationView; scripts: ScriptStore }, { space, project, overrides = {} }: Asked): Promise<ResolvedProject> {
  const [found, document] = await Promise.all([view.get('Space', { name: space }), view.get('Project', { space, name: project })]);
  const { name } = demandBoth(found, document, { space, project });
  const [platform = {}, environment] = await Promise.all([view.get('Platform', {}), view.get('Environment', { name: document!.environment })]);
  const script = environment && (await scripts.current(environment.script));
  const { config, findings } = mergeLayers([
    { origin: 'script', config: script?.description.defaults ?? {} }, { origin: 'platform', config: platformLayer(platform) }, { origin: 'environment', config: environment?.config ?? {} },
    { origin: 'project', config: document!.config ?? {} }, { origin: 'action', config: overrides },
  ]);
  const values = withoutRequired(Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value])));
  const inventory = resolveInventory({ values, space, hosts: await candidates(view, space, values), ...(platform.zones ? { zones: platform.zones } : {}) });
  const balancer = environment?.load_balancer;
  const loadBalancer = balancer === undefined ? undefined : platform.load_balancers?.[balancer];
  return {
    space, project: name, environment: document!.environment,
    script: { name: environment?.script ?? '', sha: script?.sha ?? '' },
    config, values, zones: inventory.zones, pools: inventory.pools, hosts: inventory.hosts,
    artifactServers: platform.artifact_servers ?? {},
    ...(loadBalancer ? { loadBalancer: { name: balancer!, ...loadBalancer } } : {}),
    protected: environment?.protected ?? false, requireReason: environment?.require_reason ?? false, allowEmptyPool: environment?.allow_empty_pool ?? true,
    findings: [...referenceFindings({ environment: environment !== undefined, script: script !== undefined, balancer: balancer === undefined || loadBalancer !== undefined }, document!, environment), ...findings, ...inventory.findings, ...(script ? unknownKeys(script, onlyOf('action', config)) : [])],
  };
}

/** What is saved is checked when it is saved: of an action only what it sets itself is new. */
function onlyOf(layer: Layer, config: EffectiveConfig): EffectiveConfig {
  return Object.fromEntries(Object.entries(config).filter(([, { origin }]) => origin === layer));
}

function demandBoth(space: SpaceDocument | undefined, project: ProjectDocument | undefined, asked: Asked): ProjectDocument {
  if (!space) throw errors.notFound(`space "${asked.space}"`);
  if (!project) throw errors.notFound(`project "${asked.space}/${asked.project}"`);
  return project;
}

/** Hosts of the space; where the inventory lists hosts by name, those alone. */
async function candidates(view: ConfigurationView, space: string, values: JsonObject): Promise<HostDocument[]> {
  const key = inventoryKey(values);
  const list = key === undefined ? undefined : values[key];
  const names = typeof list === 'object' && list !== null ? Object.values(list).flat().filter((name): name is string => typeof name === 'string') : [];
  if (names.length === 0) return view.all('Host', { spaces: space });
  const found = await Promise.all([...new Set(names)].map((name) => view.get('Host', { name })));
  return found.filter((host) => host !== undefined);
}

function referenceFindings(there: { environment: boolean; script: boolean; balancer: boolean }, project: ProjectDocument, environment: { script: string; load_balancer?: string } | undefined): Finding[] {
  if (!there.environment) return [{ pointer: '', detail: `The environment "${project.environment}" of the project is gone.`, remedy: 'Name another environment.', level: 'error' }];
  const script: Finding[] = there.script ? [] : [{ pointer: '', detail: `The script "${environment?.script}" of environment "${project.environment}" is not there.`, remedy: 'Put the script into the folder of scripts, or name another.', level: 'error' }];
  const balancer: Finding[] = there.balancer ? [] : [{ pointer: '', detail: `The load balancer "${environment?.load_balancer}" of environment "${project.environment}" is not in the platform.`, remedy: 'Add it to load_balancers of the platform.', level: 'error' }];
  return [...script, ...balancer];
}
