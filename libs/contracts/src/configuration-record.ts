import type { Documents, Kind } from './documents.js';

/** A document of configuration as it lies in the collection `configuration`. */
export interface ConfigurationRecord<K extends Kind = Kind> { kind: K; document: Documents[K]; changedAt: string; changedBy: string }

/** What changed it: collection `configuration-history`, newest last by id. `document` null: it was deleted. */
export interface ConfigurationChange<K extends Kind = Kind> {
  kind: K;
  /** The id of the record. */
  name: string;
  version: number;
  document: Documents[K] | null;
  changedAt: string;
  changedBy: string;
  /** JSON pointers of what differs from the version before. */
  pointers: string[];
  action?: string;
}

const projectKinds: ReadonlySet<Kind> = new Set<Kind>(['Project', 'Trigger']);

/** The id of a record: `Kind/name`; `Project/space/name` and `Trigger/space/name`; `Platform` is one. */
export function configurationId(kind: Kind, { space, name }: { space?: string; name?: string }): string {
  if (kind === 'Platform') return 'Platform';
  return projectKinds.has(kind) ? `${kind}/${space}/${name}` : `${kind}/${name}`;
}

/** Document of collection `system` whose version grows with every write that may change who may do what. */
export const accessRevision = 'access-revision';
