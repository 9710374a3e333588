import { Injectable } from '@nestjs/common';
import { errors, newId, type Role } from '@edge/contracts';
import { Clock, Documents, type Versioned } from '@edge/ports';
import { hashOf, newSecret, sameHash } from '../secret-text.js';

/** A stored API token: only the hash of its text. With `actsAs` it is that person; else it has its own role and reach. Times RFC 3339 UTC. */
export interface StoredToken {
  name: string;
  hash: string;
  subject: string;
  actsAs?: string;
  role?: Role;
  space?: string;
  project?: string;
  types?: string[];
  keys?: string[];
  createdBy: string;
  createdAt: string;
  expiresAt?: string;
}

export type NewToken = Omit<StoredToken, 'hash' | 'subject' | 'createdAt'>;

/** `edge_<id without dashes>_<secret>` */
const shape = /^edge_([0-9a-f]{32})_[\w-]{43}$/;

@Injectable()
export class TokenStore {
  constructor(private readonly documents: Documents, private readonly clock: Clock) {}

  /** @param given a text of the caller's choosing instead of a new one (an installation's first token) */
  async create(wanted: NewToken, given?: string): Promise<{ id: string; token: string; stored: StoredToken }> {
    const id = newId(this.clock.now());
    const token = given ?? `edge_${id.replaceAll('-', '')}_${newSecret()}`;
    const stored: StoredToken = { ...wanted, hash: hashOf(token), subject: `token:${id}`, createdAt: new Date(this.clock.now()).toISOString() };
    await this.documents.write([{ collection: 'tokens', id, document: stored, ifVersion: 0 }]);
    return { id, token, stored };
  }

  /** The token behind a text, unless it has expired or was revoked. */
  async find(token: string): Promise<{ id: string; stored: StoredToken } | undefined> {
    const found = await this.candidate(token);
    if (!found || !sameHash(found.document.hash, hashOf(token)) || this.expired(found.document)) return undefined;
    return { id: found.id, stored: found.document };
  }

  async get(id: string): Promise<StoredToken | undefined> {
    const found = await this.documents.get<StoredToken>('tokens', id);
    return found && !this.expired(found.document) ? found.document : undefined;
  }

  list(after: string | undefined, limit: number): Promise<Versioned<StoredToken>[]> {
    return this.documents.find<StoredToken>('tokens', { limit, ...(after ? { after } : {}) });
  }

  async revoke(id: string): Promise<void> {
    await this.documents.write([{ collection: 'tokens', id, document: null }]);
  }

  private async candidate(token: string): Promise<Versioned<StoredToken> | undefined> {
    const [, hex] = shape.exec(token) ?? [];
    if (hex) return this.documents.get<StoredToken>('tokens', dashed(hex));
    const [found] = await this.documents.find<StoredToken>('tokens', { where: { hash: hashOf(token) }, limit: 1 });
    return found;
  }

  private expired({ expiresAt }: StoredToken): boolean {
    return expiresAt !== undefined && Date.parse(expiresAt) <= this.clock.now();
  }
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The role, and how far it reaches, must be one that a token may have. */
export function demandReach({ role, space }: { role: Role; space?: string }): void {
  const everywhere = role === 'superuser' || role === 'auditor';
  if (space === undefined && !everywhere) throw errors.invalidField('/space', `The role ${role} is given on a space.`, 'Name the space.');
}
