import type { Finding, HostDocument, ResolvedHost } from '@edge/contracts';

export interface Selection { hosts: ResolvedHost[]; findings: Finding[] }

/**
 * The hosts that an action is for: those named, each once, else all of the project. Whoever is blank, unknown, without a zone, of another space
 * or of another project is a finding.
 * @param known what the inventory says of the named ones that are none of the project's
 */
export function selectHosts(servers: string[] | undefined, { space, project, own, known }: { space: string; project: string; own: readonly ResolvedHost[]; known: readonly HostDocument[] }): Selection {
  if (servers === undefined) return own.length > 0 ? { hosts: [...own], findings: [] } : { hosts: [], findings: [{ pointer: '/servers', detail: `Project ${space}/${project} has no hosts.`, remedy: 'Add hosts to its zones and pools.' }] };
  if (servers.length === 0) return { hosts: [], findings: [{ pointer: '/servers', detail: 'The list of servers is empty.', remedy: 'Name the servers, or leave the field out for all of them.' }] };
  const byName = new Map(own.map((host) => [host.name, host]));
  const findings = servers.flatMap((name, index): Finding[] => {
    if (byName.has(name.trim())) return [];
    const [detail, remedy] = whyNot(name.trim(), { space, project, host: known.find((candidate) => candidate.name === name.trim()) });
    return [{ pointer: `/servers/${index}`, detail, remedy }];
  });
  const names = new Set(servers.map((name) => name.trim()));
  return { hosts: own.filter((host) => names.has(host.name)), findings };
}

/** Names that the project does not know, to ask the inventory about. */
export function strangers(servers: string[] | undefined, own: readonly ResolvedHost[]): string[] {
  const names = new Set((servers ?? []).map((name) => name.trim()));
  for (const host of own) names.delete(host.name);
  names.delete('');
  return [...names];
}

function whyNot(name: string, { space, project, host }: { space: string; project: string; host: HostDocument | undefined }): [string, string] {
  if (name === '') return ['A server is blank.', 'Leave it out; an empty variable is not a server.'];
  if (!host || !host.spaces.includes(space)) return [`There is no server "${name}" in space ${space}, or you may not know of it.`, 'See the hosts of the project.'];
  if (!host.zone) return [`Server "${name}" has no zone.`, 'Give the host a zone, or the platform address ranges for its zone.'];
  return [`Server "${name}" is none of project ${space}/${project}.`, 'Add it to the zones and pools of the project, or name one of its hosts.'];
}
