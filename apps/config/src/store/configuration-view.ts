import { configurationId, type ConfigurationRecord, type Documents as Kinds, type Kind } from '@edge/contracts';
import { type Condition, Documents, type Versioned } from '@edge/ports';

/** Conditions on the indexed fields of a document: `space`, `environment`, `spaces`, `script`, `who`, `pools`, `zone`. */
export type Where = Partial<Record<'space' | 'environment' | 'spaces' | 'script' | 'who' | 'pools' | 'zone', string>>;

/** The configuration as it is, or as it would be after a change. */
export abstract class ConfigurationView {
  abstract get<K extends Kind>(kind: K, key: { space?: string; name?: string }): Promise<Kinds[K] | undefined>;
  abstract all<K extends Kind>(kind: K, where?: Where): Promise<Kinds[K][]>;
}

/** Reads what is stored. */
export class StoredView extends ConfigurationView {
  constructor(private readonly documents: Documents) {
    super();
  }

  async get<K extends Kind>(kind: K, key: { space?: string; name?: string }): Promise<Kinds[K] | undefined> {
    return (await this.documents.get<ConfigurationRecord<K>>('configuration', configurationId(kind, key)))?.document.document;
  }

  async all<K extends Kind>(kind: K, where: Where = {}): Promise<Kinds[K][]> {
    return (await allRecords<K>(this.documents, kind, where)).map(({ document }) => document.document);
  }
}

/** Every record of a kind, page after page. */
export async function allRecords<K extends Kind>(documents: Documents, kind: K, where: Where = {}): Promise<Versioned<ConfigurationRecord<K>>[]> {
  const conditions: Record<string, Condition> = { kind, ...Object.fromEntries(Object.entries(where).map(([field, value]) => [`document.${field}`, value])) };
  const found: Versioned<ConfigurationRecord<K>>[] = [];
  for (;;) {
    const after = found.at(-1)?.id;
    const page = await documents.find<ConfigurationRecord<K>>('configuration', { where: conditions, limit: 1_000, ...(after ? { after } : {}) });
    found.push(...page);
    if (page.length < 1_000) return found;
  }
}

export interface Overlaid { kind: Kind; id: string; document: Kinds[Kind] | null }

/** The view below, with changes laid over it. */
export class OverlaidView extends ConfigurationView {
  private readonly changed: Map<string, Overlaid>;

  constructor(private readonly below: ConfigurationView, changes: Overlaid[]) {
    super();
    this.changed = new Map(changes.map((change) => [change.id, change]));
  }

  async get<K extends Kind>(kind: K, key: { space?: string; name?: string }): Promise<Kinds[K] | undefined> {
    const change = this.changed.get(configurationId(kind, key));
    return change ? ((change.document as Kinds[K] | null) ?? undefined) : this.below.get(kind, key);
  }

  async all<K extends Kind>(kind: K, where: Where = {}): Promise<Kinds[K][]> {
    const stored = (await this.below.all(kind, where)).filter((document) => !this.changed.has(idOfDocument(kind, document)));
    const added = [...this.changed.values()].flatMap((change) => (change.kind === kind && change.document && matches(change.document, where) ? [change.document as Kinds[K]] : []));
    return [...stored, ...added];
  }
}

export function idOfDocument<K extends Kind>(kind: K, document: Kinds[K]): string {
  const { space, name, id } = document as { space?: string; name?: string; id?: string };
  return configurationId(kind, { ...(space ? { space } : {}), name: (kind === 'Grant' ? id : name) ?? '' });
}

function matches(document: object, where: Where): boolean {
  return Object.entries(where).every(([field, wanted]) => {
    const value = (document as Record<string, unknown>)[field];
    return Array.isArray(value) ? value.includes(wanted) : value === wanted;
  });
}
