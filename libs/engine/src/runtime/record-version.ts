import type { ActionDocument, JournalRecord, LiveVersion } from '@edge/contracts';
import type { Documents } from '@edge/ports';

const tries = 20;
const atOnce = 100;
const mostBefore = 5;

/** Notes which versions hosts run, by the time at which it was journaled: older never overwrites newer, however late it is written. Many at once: a store makes what comes together durable together. */
export async function recordVersions(documents: Documents, lives: readonly LiveVersion[]): Promise<void> {
  for (let start = 0; start < lives.length; start += atOnce) await Promise.all(lives.slice(start, start + atOnce).map((live) => recordVersion(documents, live)));
}

async function recordVersion(documents: Documents, live: LiveVersion): Promise<void> {
  const id = `${live.space}/${live.project}/${live.host}`;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const stored = await documents.get<LiveVersion>('versions', id);
    if (stored && (stored.document.at > live.at || (stored.document.at === live.at && stored.document.version === live.version))) return;
    if (!(await documents.write([{ collection: 'versions', id, document: succeeding(stored?.document, live), ifVersion: stored?.version ?? 0 }]))) return;
  }
  throw new Error(`The version of ${live.host} changes too fast.`);
}

/** The same version once more replaces nothing, and a change that its own action took back has not been. */
export function succeeding(stored: LiveVersion | undefined, live: LiveVersion): LiveVersion {
  if (!stored) return live;
  const { version, action, before = [] } = stored;
  const isTakenBack = action !== undefined && action === live.action && before[0] === live.version;
  const replaced = isTakenBack ? before.slice(1) : [version, ...before].filter((one) => one !== live.version).slice(0, mostBefore);
  return replaced.length > 0 ? { ...live, before: replaced } : live;
}

/** What an action's journal says that its hosts run now; the last word counts. */
export function versionsSaid({ space, project, id }: ActionDocument, records: readonly JournalRecord[]): LiveVersion[] {
  const said = new Map<string, LiveVersion>();
  for (const record of records) for (const step of record.type === 'schedule' ? record.steps : []) {
    if (step.kind === 'note' && step.note.event === 'version-live') said.set(step.note.host, { space, project, host: step.note.host, version: step.note.version, action: id, at: new Date(record.at).toISOString() });
  }
  return [...said.values()];
}
