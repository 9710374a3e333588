import { type Documents as Kinds, EdgeError, type Finding, inConfig, isObject, type Kind, parseDuration, pointerTo, policyRefuses, type Role } from '@edge/contracts';
import { rangeFault } from '../inventory/zone-of-host.js';
import { mergeLayers } from '../layers/merge-layers.js';
import { platformLayer } from '../layers/platform-layer.js';
import { resolveProject } from '../resolve/resolve-project.js';
import type { ScriptStore } from '../scripts/script-store.js';
import type { ConfigurationView } from '../store/configuration-view.js';
import { passwordsInAddresses } from './passwords-in-addresses.js';
import { asWarning, checkValues, commandKeys } from './check-values.js';

export interface CheckContext { view: ConfigurationView; before: ConfigurationView; scripts: ScriptStore; checkCommand: CommandCheck }

/** What the command policy says of a command of the configuration; undefined if it may run. */
export type CommandCheck = (command: string) => { rule: string; detail: string; instead?: string } | undefined;

type Check<K extends Kind> = (document: Kinds[K], context: CheckContext) => Promise<Finding[]>;

const wrong = (pointer: string, detail: string, remedy?: string): Finding => ({ pointer, detail, level: 'error', ...(remedy ? { remedy } : {}) });
const warn = (pointer: string, detail: string, remedy?: string): Finding => ({ pointer, detail, level: 'warning', ...(remedy ? { remedy } : {}) });

const checks: { [K in Kind]: Check<K> } = {
  Platform: async (platform) => {
    const ranges = Object.entries(platform.zones ?? {}).flatMap(([zone, list]) => (Array.isArray(list) ? list : ['']).flatMap((range, index) => rangeFinding(pointerTo('zones', zone, index), String(range))));
    const servers = Object.entries(platform.artifact_servers ?? {}).flatMap(([zone, url]) => (URL.canParse(url) ? [] : [wrong(pointerTo('artifact_servers', zone), `"${url}" is no address, for example "http://files.mum:8000".`)]));
    const balancers = Object.entries(platform.load_balancers ?? {}).flatMap(([name, one]) => (isObject(one) && ['haproxy', 'http-manager', 'none'].includes(String(one.type)) ? [] : [wrong(pointerTo('load_balancers', name, 'type'), 'A load balancer is of type haproxy, http-manager or none.')]));
    return [...ranges, ...servers, ...balancers, ...configFaults(platformLayer(platform), 'platform')];
  },
  Space: async () => [],
  Environment: checkEnvironment,
  Project: checkProject,
  Host: async (host, { view }) => {
    const missing = await unknownOf(view, 'Space', host.spaces, 'spaces');
    const platform = await view.get('Platform', {});
    return [...missing, ...(host.zone || (host.address && platform?.zones) ? [] : [warn('/zone', `Host "${host.name}" has no zone; no action takes it.`, 'Give it a zone, or address ranges to the platform.')])];
  },
  Group: async () => [],
  Grant: async (grant, { view }) => [
    ...(grant.space === undefined ? reachFinding(grant.role) : await unknownOf(view, 'Space', [grant.space], 'space')),
    ...(grant.project === undefined ? [] : await projectFinding(view, grant.space ?? '', grant.project, '/project')),
    ...(grant.who.startsWith('group:') && !(await view.all('Group')).some(({ name }) => `group:${name}`.toLowerCase() === grant.who.toLowerCase()) ? [warn('/who', `There is no group "${grant.who.slice(6)}" yet.`)] : []),
  ],
  Freeze: async (freeze, { view }) => [
    ...(Date.parse(freeze.from) < Date.parse(freeze.to) ? [] : [wrong('/to', 'The freeze ends before it begins.')]),
    ...(await unknownOf(view, 'Space', freeze.spaces ?? [], 'spaces')), ...(await unknownOf(view, 'Environment', freeze.environments ?? [], 'environments')),
  ],
  Policy: async (policy, { view }) => [...(await unknownOf(view, 'Space', policy.spaces ?? [], 'spaces')), ...(await unknownOf(view, 'Environment', policy.environments ?? [], 'environments'))],
  Trigger: async (trigger, { view }) => [
    ...(await unknownOf(view, 'Space', [trigger.space], 'space')),
    ...(typeof trigger.start.project === 'string' ? await projectFinding(view, trigger.space, trigger.start.project, '/start/project') : [wrong('/start/project', 'A trigger says which project it starts.')]),
    ...(typeof trigger.start.type === 'string' ? [] : [wrong('/start/type', 'A trigger says which action type it starts.')]),
  ],
};

/** Everything wrong with a document, as it would be after the change. */
export async function checkDocument<K extends Kind>(kind: K, document: Kinds[K], context: CheckContext): Promise<Finding[]> {
  return [...passwordsInAddresses(document), ...(await (checks[kind] as Check<K>)(document, context))];
}

async function checkEnvironment(environment: Kinds['Environment'], { view, before, scripts, checkCommand }: CheckContext): Promise<Finding[]> {
  const script = await scripts.current(environment.script);
  const platform = await view.get('Platform', {});
  const references = [
    ...(script ? [] : [wrong('/script', `There is no script "${environment.script}".`, `Scripts: ${(await scripts.names()).join(', ') || 'none'}.`)]),
    ...(environment.load_balancer === undefined || platform?.load_balancers?.[environment.load_balancer] ? [] : [wrong('/load_balancer', `The platform has no load balancer "${environment.load_balancer}".`, `It has ${Object.keys(platform?.load_balancers ?? {}).join(', ') || 'none'}.`)]),
  ];
  const faults = configFaults(environment.config ?? {}, 'environment');
  if (!script || faults.length > 0) return [...references, ...faults];
  const { config } = mergeLayers([{ origin: 'script', config: script.description.defaults }, { origin: 'platform', config: platformLayer(platform) }, { origin: 'environment', config: environment.config ?? {} }]);
  const said = await checkValues({ scripts, script }, { config });
  const own = [...said.wrong, ...said.unknown].filter(({ origin }) => origin === 'environment');
  return [...references, ...own.map(inConfig), ...commandFindings(commandKeys(script), environment.config ?? {}, checkCommand), ...(await brokenProjects(environment.name, { view, before, scripts }))];
}

/** Projects that could be accepted before and could not be after. */
async function brokenProjects(environment: string, { view, before, scripts }: Pick<CheckContext, 'view' | 'before' | 'scripts'>): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { space, name } of await view.all('Project', { environment })) {
    const after = await errorsOf({ view, scripts }, space, name);
    const known = after.length > 0 ? new Set((await errorsOf({ view: before, scripts }, space, name)).map(({ pointer, detail }) => `${pointer} ${detail}`)) : new Set();
    const fresh = after.filter(({ pointer, detail }) => !known.has(`${pointer} ${detail}`));
    if (fresh.length > 0) findings.push(warn('', `Project ${space}/${name} would no longer be accepted: ${fresh.map(({ detail }) => detail).join(' ')}`, 'Set what is missing in the project.'));
  }
  return findings;
}

async function errorsOf(sources: { view: ConfigurationView; scripts: ScriptStore }, space: string, project: string): Promise<Finding[]> {
  const resolved = await resolveProject(sources, { space, project }).catch((error: unknown) => {
    if (error instanceof EdgeError && error.code === 'not-found') return undefined;
    throw error;
  });
  const script = resolved && (await sources.scripts.current(resolved.script.name));
  if (!resolved) return [];
  const said = script ? await checkValues({ scripts: sources.scripts, script }, { config: resolved.config }) : { wrong: [], missing: [] };
  return [...resolved.findings.filter(({ level }) => level === 'error'), ...said.wrong, ...said.missing];
}

async function checkProject(project: Kinds['Project'], { view, scripts, checkCommand }: CheckContext): Promise<Finding[]> {
  const environment = await view.get('Environment', { name: project.environment });
  const references = [
    ...(await unknownOf(view, 'Space', [project.space], 'space')),
    ...(environment ? [] : [wrong('/environment', `There is no environment "${project.environment}".`, `Environments: ${(await view.all('Environment')).map(({ name }) => name).join(', ') || 'none'}.`)]),
  ];
  const faults = configFaults(project.config ?? {}, 'project');
  if (references.length + faults.length > 0) return [...references, ...faults];
  const resolved = await resolveProject({ view, scripts }, { space: project.space, project: project.name });
  const script = await scripts.current(resolved.script.name);
  const said = script ? await checkValues({ scripts, script }, { config: resolved.config }) : { wrong: [], missing: [], unknown: [] };
  const ours = [...said.wrong.map((finding) => (finding.origin === 'project' ? finding : asWarning(finding))), ...said.missing.map(asWarning), ...said.unknown];
  const missing = resolved.findings.filter((finding) => !ours.some((other) => other.pointer === finding.pointer)).map((finding): Finding => ({ ...finding, level: /^\/(pool_info|server_list)\/.+\/(pool_name|inpool_threshold)$/.test(finding.pointer) ? 'error' : 'warning' }));
  return [...ours.map(inConfig), ...missing.map(inConfig), ...commandFindings(script ? commandKeys(script) : [], project.config ?? {}, checkCommand), ...countdownFinding(project.config?.countdown)];
}

function countdownFinding(value: unknown): Finding[] {
  const fits = value === undefined || ((typeof value === 'string' || typeof value === 'number') && parseDuration(value) !== undefined);
  return fits ? [] : [wrong('/config/countdown', 'countdown is no duration, for example "10s" or 10.')];
}

function commandFindings(keys: string[], config: object, checkCommand: CommandCheck): Finding[] {
  return keys.flatMap((key) => {
    const text = (config as Record<string, unknown>)[key];
    const refusal = typeof text === 'string' ? checkCommand(text) : undefined;
    return refusal ? [wrong(pointerTo('config', key), `${policyRefuses} it (${refusal.rule}): ${refusal.detail}`, refusal.instead)] : [];
  });
}

function configFaults(config: Kinds['Project']['config'] & object, origin: 'platform' | 'environment' | 'project'): Finding[] {
  return mergeLayers([{ origin, config }]).findings.filter(({ detail }) => !detail.includes('must be set')).map(inConfig);
}

function rangeFinding(pointer: string, range: string): Finding[] {
  const fault = rangeFault(range);
  return fault ? [wrong(pointer, fault)] : [];
}

function reachFinding(role: Role): Finding[] {
  return role === 'superuser' || role === 'auditor' ? [] : [wrong('/space', `The role ${role} is given on a space.`, 'Name the space.')];
}

async function unknownOf(view: ConfigurationView, kind: 'Space' | 'Environment', names: string[], field: string): Promise<Finding[]> {
  const found = await Promise.all(names.map(async (name, index) => ({ index, name, there: await view.get(kind, { name }) })));
  return found.filter(({ there }) => !there).map(({ index, name }) => wrong(field.endsWith('s') ? pointerTo(field, index) : pointerTo(field), `There is no ${kind.toLowerCase()} "${name}".`));
}

async function projectFinding(view: ConfigurationView, space: string, project: string, pointer: string): Promise<Finding[]> {
  return (await view.get('Project', { space, name: project })) ? [] : [wrong(pointer, `There is no project "${space}/${project}".`)];
}
