import type { ActionDocument, Finding, JsonObject, LiveVersion } from '@edge/contracts';
import type { Documents } from '@edge/ports';

export interface Versions {
  /** Host → the version it runs, where known. */
  from: Record<string, string>;
  to?: string;
  toByHost?: Record<string, string>;
  findings: Finding[];
}

export interface VersionsAsked { space: string; project: string; type: string; hosts: string[]; values: JsonObject; version?: string }

/** From which version to which each host goes. A rollback goes to the one named, else the configured `rollback_version`, else each host's version before. */
export async function targetVersions(documents: Documents, asked: VersionsAsked): Promise<Versions> {
  const live = await liveVersions(documents, asked);
  const from = Object.fromEntries([...live].map(([host, { version }]) => [host, version]));
  if (!/rollback$/.test(asked.type)) return { from, ...fixed(asked.version ?? configuredVersion(asked)), findings: [] };
  const named = asked.version ?? text(asked.values.rollback_version);
  if (named !== undefined) return { from, to: named, findings: [] };
  const before = await versionsBefore(documents, live);
  const unknown = asked.hosts.filter((host) => before[host] === undefined);
  if (unknown.length === 0) return { from, ...together(before), findings: [] };
  const known = Object.entries(before).map(([host, version]) => `${host}: ${version}`).join(', ') || 'nothing';
  return { from, findings: [{ pointer: '/version', detail: `It is not known to which version ${unknown.join(', ')} ran before; known is ${known}.`, remedy: 'Say in "version" where to roll back to, or set rollback_version in the project.' }] };
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const fixed = (to: string | undefined) => (to === undefined ? {} : { to });

function configuredVersion({ type, values }: VersionsAsked): string | undefined {
  return /restart$/.test(type) || type === 'run' ? undefined : text(values.version);
}

function together(byHost: Record<string, string>): Pick<Versions, 'to' | 'toByHost'> {
  const [first, ...others] = [...new Set(Object.values(byHost))];
  return others.length === 0 && first !== undefined ? { to: first } : { toByHost: byHost };
}

async function liveVersions(documents: Documents, { space, project, hosts }: VersionsAsked): Promise<Map<string, LiveVersion>> {
  const wanted = new Set(hosts);
  const found = new Map<string, LiveVersion>();
  for (let after: string | undefined; ;) {
    const page = await documents.find<LiveVersion>('versions', { where: { space, project }, limit: 1_000, ...(after ? { after } : {}) });
    for (const { document } of page) if (wanted.has(document.host)) found.set(document.host, document);
    if (page.length < 1_000) return found;
    after = page.at(-1)!.id;
  }
}

/** The other version that a host ran last; of what was noted without it, the one before the action that brought its version. */
async function versionsBefore(documents: Documents, live: Map<string, LiveVersion>): Promise<Record<string, string>> {
  const ids = [...new Set([...live.values()].flatMap(({ action, before }) => (before ? [] : (action ?? []))))];
  const actions = new Map(await Promise.all(ids.map(async (id) => [id, (await documents.get<ActionDocument>('actions', id))?.document] as const)));
  return Object.fromEntries([...live].flatMap(([host, { action, version, before: others }]) => {
    const before = others?.[0] ?? (action === undefined ? undefined : actions.get(action)?.snapshot.from[host]);
    return before === undefined || before === version ? [] : [[host, before]];
  }));
}
