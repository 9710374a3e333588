import { Injectable } from '@nestjs/common';
import { accessRevision, type ConfigurationChange, type ConfigurationRecord, type Documents as Kinds, type Kind, newId } from '@edge/contracts';
import { Clock, Documents, type Query, type Versioned, type Write } from '@edge/ports';
import { StoredView } from './configuration-view.js';

export interface Commit { kind: Kind; id: string; document: Kinds[Kind] | null; readVersion: number; pointers: string[] }

const touchesAccess = new Set<Kind>(['Space', 'Group', 'Grant']);

/** Configuration in `Documents`: every write with its history, all or nothing. */
@Injectable()
export class ConfigurationStore {
  readonly view: StoredView;

  constructor(private readonly documents: Documents, private readonly clock: Clock) {
    this.view = new StoredView(documents);
  }

  get<K extends Kind>(id: string): Promise<Versioned<ConfigurationRecord<K>> | undefined> {
    return this.documents.get<ConfigurationRecord<K>>('configuration', id);
  }

  find<K extends Kind>(query: Query): Promise<Versioned<ConfigurationRecord<K>>[]> {
    return this.documents.find<ConfigurationRecord<K>>('configuration', query);
  }

  /** Newest first. */
  history(id: string, { after, limit }: { after?: string; limit: number }): Promise<Versioned<ConfigurationChange>[]> {
    return this.documents.find<ConfigurationChange>('configuration-history', { where: { name: id }, order: 'desc', limit, ...(after ? { after } : {}) });
  }

  /** False: something was changed since it was read, and nothing was written. */
  async commit(commits: Commit[], { by, action }: { by: string; action?: string }): Promise<boolean> {
    const changedAt = new Date(this.clock.now()).toISOString();
    const writes = commits.flatMap(({ kind, id, document, readVersion, pointers }): Write[] => {
      const record = document && ({ kind, document, changedAt, changedBy: by } as ConfigurationRecord);
      const change: ConfigurationChange = { kind, name: id, version: readVersion + 1, document, changedAt, changedBy: by, pointers, ...(action ? { action } : {}) };
      return [
        { collection: 'configuration', id, document: record, ifVersion: readVersion },
        { collection: 'configuration-history', id: `${id}@${newId(this.clock.now())}`, document: change, ifVersion: 0 },
      ];
    });
    const revision: Write[] = commits.some(({ kind }) => touchesAccess.has(kind)) ? [{ collection: 'system', id: accessRevision, document: { changedAt } }] : [];
    return (await this.documents.write([...writes, ...revision])) === undefined;
  }
}
