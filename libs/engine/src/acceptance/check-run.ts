import { type ActionSnapshot, type EffectiveConfig, errors, type Finding, type JsonObject, parseDuration, type ResolvedHost, type RunRequest } from '@edge/contracts';
import type { AcceptanceDeps } from './acceptance-deps.js';
import { checkCommands } from './check-commands.js';
import { freezeFor } from './may-start.js';
import { configHash } from './request-hash.js';

/** Free commands belong to no project. */
export const noProject = '-';
const scriptName = 'run';

export interface CheckedRun { snapshot: ActionSnapshot; approvals: string[]; warnings: string[] }

/** @throws EdgeError `frozen`, `invalid`, `not-found` */
export async function checkRun(request: RunRequest, deps: AcceptanceDeps): Promise<CheckedRun> {
  const { space } = request;
  const rules = await deps.config.rules({ space, at: new Date(deps.clock.now()).toISOString() });
  const freeze = freezeFor(rules.freezes, 'run');
  if (freeze) throw errors.frozen(freeze.name, freeze.to);
  const script = await runScript(deps);
  const { hosts, findings, warnings } = await hostsOf(request, deps);
  const values: JsonObject = {
    command: request.command, ...(request.timeout === undefined ? {} : { timeout: request.timeout }), ...(request.concurrency === undefined ? {} : { concurrency: request.concurrency }), ...(request.run_as === undefined ? {} : { run_as: request.run_as }),
  };
  const config: EffectiveConfig = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, origin: 'action' as const }]));
  const commands = checkCommands({ config, values }, { checkCommand: deps.checkCommand, rules: rules.policies });
  const timeout: Finding[] = request.timeout === undefined || parseDuration(request.timeout) !== undefined ? [] : [{ pointer: '/timeout', detail: `"${request.timeout}" is no duration.`, remedy: 'Write "10m", or a number of seconds.' }];
  const wrong = [...findings, ...timeout, ...commands.findings];
  if (wrong.length > 0) throw errors.invalid(wrong[0]!.detail, wrong);
  const zones = [...new Set(hosts.map(({ zone }) => zone))];
  return {
    approvals: commands.approvals, warnings,
    snapshot: { script, config, values, hosts, zones, zoneOrder: 'parallel', pools: [], artifactServers: {}, allowEmptyPool: true, policyVersion: configHash(rules.policies).slice(0, 16), from: {} },
  };
}

async function runScript({ documents }: AcceptanceDeps): Promise<ActionSnapshot['script']> {
  const current = await documents.get<{ sha: string }>('scripts', `~${scriptName}`);
  if (!current) throw errors.unavailable(`The built-in script "${scriptName}" is not in the store yet.`);
  return { name: scriptName, sha: current.document.sha };
}

/** A blank name refuses all; one that nobody knows only if it is to, or if no host is left. */
async function hostsOf({ space, hosts: asked, unknownHosts }: RunRequest, { config }: AcceptanceDeps): Promise<{ hosts: ResolvedHost[]; findings: Finding[]; warnings: string[] }> {
  if (asked.length === 0) return { hosts: [], warnings: [], findings: [{ pointer: '/hosts', detail: 'The list of hosts is empty.', remedy: 'Name at least one host.' }] };
  const names = asked.map((name) => name.trim());
  const known = new Map((await config.hosts([...new Set(names)].filter((name) => name !== ''))).filter((host) => host.spaces.includes(space)).map((host) => [host.name, host]));
  const blank = names.flatMap((name, index): Finding[] => (name === '' ? [{ pointer: `/hosts/${index}`, detail: 'A host is blank.', remedy: 'Leave it out; an empty variable is not a host.' }] : []));
  const unknown = names.flatMap((name, index): Finding[] => (name === '' || known.has(name) ? [] : [{ pointer: `/hosts/${index}`, detail: noSuchHost(name, space), remedy: 'See GET /api/v1/hosts.' }]));
  const refused = known.size === 0 || unknownHosts === 'refuse';
  return {
    findings: refused ? [...blank, ...unknown] : blank, warnings: refused ? [] : [...new Set(unknown.map(({ detail }) => `${detail} It gets no command.`))],
    hosts: [...new Set(names)].flatMap((name) => { const host = known.get(name); return host ? [{ ...host, zone: host.zone ?? noProject, pools: host.pools ?? [] }] : []; }),
  };
}

/** The same for what is not there and for what one may not know of. */
export function noSuchHost(name: string, space: string): string {
  return `There is no host "${name}" in space ${space}, or you may not know of it.`;
}
