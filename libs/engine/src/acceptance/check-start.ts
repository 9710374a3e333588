import { type ActionSnapshot, errors, type Finding, type FreezeDocument, inConfig, type Json, parseDuration, type PolicyDocument, type ResolvedHost, type ResolvedProject, type StartRequest } from '@edge/contracts';
import type { AcceptanceDeps } from './acceptance-deps.js';
import { checkCommands } from './check-commands.js';
import { checkReason } from './check-reason.js';
import { leftOut } from './left-out.js';
import { freezeFor } from './may-start.js';
import { orderZones } from './order-zones.js';
import { configHash } from './request-hash.js';
import { type Selection, selectHosts, strangers } from './select-hosts.js';
import { targetVersions } from './target-versions.js';

/** What a start comes to, when nothing speaks against it. */
export interface CheckedStart {
  resolved: ResolvedProject;
  snapshot: ActionSnapshot;
  startWithinMs: number;
  /** Why a second person must approve. */
  approvals: string[];
  warnings: string[];
}

export type Rules = { freezes: FreezeDocument[]; policies: PolicyDocument[]; allowSelfApproval: boolean; protected: boolean };

/**
 * Everything that can be known before anything happens. All that is wrong is told at once, each with place, origin and remedy.
 * @throws EdgeError `not-found`, `frozen`, `invalid`
 */
export async function checkStart(request: StartRequest, deps: AcceptanceDeps): Promise<CheckedStart> {
  const { space, project, type } = request;
  const first = await resolve(request, request.version, deps);
  const rules = await deps.config.rules({ space, environment: first.environment, at: new Date(deps.clock.now()).toISOString() });
  const freeze = freezeFor(rules.freezes, type, request.override_freeze);
  if (freeze) throw errors.frozen(freeze.name, freeze.to);
  const known = await deps.config.hosts(strangers(request.servers, first.hosts));
  const selection = selectHosts(request.servers, { space, project, own: first.hosts, known });
  const names = selection.hosts.map(({ name }) => name);
  const versions = await targetVersions(deps.documents, { space, project, type, hosts: names, values: first.values, ...(request.version === undefined ? {} : { version: request.version }) });
  const resolved = versions.to !== undefined && versions.to !== first.values.version ? await resolve(request, versions.to, deps) : first;
  const zones = orderZones(request.zones, { selected: [...new Set(selection.hosts.map(({ zone }) => zone))], values: resolved.values });
  const commands = checkCommands(resolved, { checkCommand: deps.checkCommand, rules: rules.policies });
  const ofConfiguration = await configurationFindings(resolved, type, deps);
  const findings = [
    ...ownFaults(selection, ofConfiguration), ...versions.findings, ...zones.findings, ...checkReason(request.reason, { demandedBy: demandsReason(request, resolved), hosts: names }), ...durationFindings(request, resolved),
    ...[...ofConfiguration, ...commands.findings].map((finding) => inBody(finding, request, resolved)),
  ];
  const { wrong, warnings } = sorted(findings, zones.warnings);
  if (wrong.length > 0) throw errors.invalid(sentence(wrong), wrong);
  return {
    resolved, warnings, snapshot: { ...snapshotOf(resolved, selection.hosts, rules.policies), ...pick(zones), ...pickVersions(versions), ...(await leftOutOf({ space, project, hosts: names }, resolved, deps)) },
    startWithinMs: parseDuration(request.start_within ?? '30m')!, approvals: [...protection(resolved, resolved.environment), ...commands.approvals],
  };
}

/** Where the configuration says why there is no host, that there is none is not told again. */
function ownFaults({ hosts, findings }: Selection, ofConfiguration: readonly Finding[]): Finding[] {
  return hosts.length === 0 && ofConfiguration.some(({ level, pointer }) => level !== 'warning' && /^\/(server_info|server_list|pool_info)/.test(pointer)) ? findings.filter(({ pointer }) => pointer !== '/servers') : findings;
}

function resolve({ space, project, type, config }: StartRequest, version: string | undefined, deps: AcceptanceDeps): Promise<ResolvedProject> {
  return deps.config.resolve({ space, project, type, overrides: { ...config, ...(version === undefined ? {} : { version }) } });
}

function demandsReason({ on_busy: onBusy, override_freeze: freeze }: StartRequest, { requireReason }: ResolvedProject): string | undefined {
  if (onBusy === 'cancel-and-run') return '"on_busy": "cancel-and-run"';
  if (freeze !== undefined) return `Overriding the freeze "${freeze}"`;
  return requireReason ? 'The environment' : undefined;
}

/** What the configuration lacks, and what the script's own schema says of it. */
async function configurationFindings({ script, values, findings, config }: ResolvedProject, type: string, { config: reader, scriptHost }: AcceptanceDeps): Promise<Finding[]> {
  const bundle = await reader.script(script.sha);
  if (!bundle) return findings.length > 0 ? findings : [{ pointer: '', detail: `The script "${script.name}" is not there.`, remedy: 'Put it into the folder of scripts.' }];
  const told = new Set(findings.map(({ pointer }) => pointer));
  const own = (await scriptHost.check(bundle, type, values)).filter(({ pointer }) => pointer === '' || !told.has(pointer));
  return [...findings, ...own.map((finding) => withOrigin(finding, config))];
}

function withOrigin(finding: Finding, config: ResolvedProject['config']): Finding {
  const origin = config[finding.pointer.split('/')[1] ?? '']?.origin;
  return finding.origin || !origin ? finding : { ...finding, origin };
}

const longestCountdownMs = 7 * 86_400_000;

function durationFindings({ start_within: within }: StartRequest, { values: { countdown }, config }: ResolvedProject): Finding[] {
  const remedy = 'Write "30m", or a number of seconds.';
  const msOf = (value: Json) => (typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : undefined);
  return [
    ...(within === undefined || msOf(within) !== undefined ? [] : [{ pointer: '/start_within', detail: `"${within}" is no duration.`, remedy }]),
    ...(countdown === undefined || (msOf(countdown) ?? Infinity) <= longestCountdownMs ? [] : [{ pointer: '/config/countdown', detail: `${JSON.stringify(countdown)} is no duration of at most 7 days.`, remedy, origin: config.countdown!.origin }]),
  ];
}

/** Where the caller finds in the request what is said of the configuration. */
function inBody(finding: Finding, { version }: StartRequest, { values }: ResolvedProject): Finding {
  const ofRequest = { '': true, '/version': version !== undefined, '/type': values.type === undefined }[finding.pointer] ?? false;
  return ofRequest ? finding : inConfig(finding);
}

function sorted(findings: Finding[], notices: string[]): { wrong: Finding[]; warnings: string[] } {
  return { wrong: findings.filter(({ level }) => level !== 'warning'), warnings: [...notices, ...findings.filter(({ level }) => level === 'warning').map(({ pointer, detail, remedy }) => [pointer, detail, remedy].filter(Boolean).join(' '))] };
}

/** Why a protected environment needs a second person. */
export function protection({ protected: isProtected }: { protected: boolean }, environment: string): string[] {
  return isProtected ? [`Environment ${environment} is protected.`] : [];
}

/** The first finding, and how many more there are. */
export function sentence(findings: Finding[]): string {
  const [first, ...others] = findings;
  return others.length === 0 ? first!.detail : `${first!.detail} (and ${others.length} more)`;
}

function snapshotOf(resolved: ResolvedProject, hosts: ResolvedHost[], policies: PolicyDocument[]): Omit<ActionSnapshot, 'zones' | 'zoneOrder' | 'from'> {
  const { script, config, values, pools, artifactServers, loadBalancer, allowEmptyPool } = resolved;
  return { script, config, values, hosts, pools, artifactServers, allowEmptyPool, policyVersion: configHash(policies).slice(0, 16), ...(loadBalancer ? { loadBalancer } : {}) };
}

const pick = ({ zones, zoneOrder }: Pick<ActionSnapshot, 'zones' | 'zoneOrder'>) => ({ zones, zoneOrder });
const pickVersions = ({ from, to, toByHost }: Pick<ActionSnapshot, 'from' | 'to' | 'toByHost'>) => ({ from, ...(to === undefined ? {} : { to }), ...(toByHost ? { toByHost } : {}) });

async function leftOutOf(place: { space: string; project: string; hosts: string[] }, { pools }: ResolvedProject, deps: AcceptanceDeps): Promise<Pick<ActionSnapshot, 'leftOut'>> {
  if (pools.length === 0) return {};
  const left = await leftOut(deps, place);
  return Object.keys(left).length > 0 ? { leftOut: left } : {};
}
