import { Injectable } from '@nestjs/common';
import { Documents, type HostKeyChange, type OfferedKey, type Versioned } from '@edge/ports';

/** A changed key that waits for somebody to approve it. `told`: its event is on the bus. */
export interface PendingKey { host: string; state: 'pending'; offered: OfferedKey; known: OfferedKey[]; since: string; told: boolean }

const collection = 'host-keys';

/** The changed keys of hosts, at most one of each host: the latest. */
@Injectable()
export class PendingKeys {
  constructor(private readonly documents: Documents) {}

  async of(host: string): Promise<PendingKey | undefined> {
    return (await this.found(host))?.document;
  }

  found(host: string): Promise<Versioned<PendingKey> | undefined> {
    return this.documents.get<PendingKey>(collection, host);
  }

  /** False where somebody else wrote meanwhile. */
  async keep(pending: PendingKey, ifVersion: number): Promise<boolean> {
    return (await this.documents.write([{ collection, id: pending.host, document: pending, ifVersion }])) === undefined;
  }

  /** Somebody decided about the host's keys: nothing waits any more. */
  async settle(host: string): Promise<void> {
    if (await this.found(host)) await this.documents.write([{ collection, id: host, document: null }]);
  }
}

export function isSameChange(one: HostKeyChange, other: HostKeyChange): boolean {
  return one.offered.key === other.offered.key && prints(one) === prints(other);
}

/** Names a change: the same keys on both sides are the same change. */
export function prints({ known, offered }: HostKeyChange): string {
  return [...known.map(({ fingerprint }) => fingerprint).sort(), offered.fingerprint].join(' ');
}
