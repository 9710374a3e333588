import { Injectable } from '@nestjs/common';
import { Clock, Documents } from '@edge/ports';
import { hashOf, newSecret } from '../secret-text.js';

/** A session (or a one-time code, `kind: 'code'`) by the hash of its secret. */
interface StoredSession { kind: 'session' | 'code'; subject: string; token?: string; createdAt: string; expiresAt: string }

export const sessionMs = 12 * 3_600_000;
export const codeMs = 10 * 60_000;

@Injectable()
export class SessionStore {
  constructor(private readonly documents: Documents, private readonly clock: Clock) {}

  /** @param of `token`: the API token that it was opened with; it ends with that token */
  open(of: { subject: string; token?: string }): Promise<{ secret: string; expiresAt: string }> {
    return this.store({ kind: 'session', ...of }, sessionMs);
  }

  /** A code that signs in once, within ten minutes. */
  async code(subject: string): Promise<string> {
    return (await this.store({ kind: 'code', subject }, codeMs)).secret;
  }

  async find(secret: string): Promise<{ subject: string; token?: string } | undefined> {
    const found = await this.documents.get<StoredSession>('sessions', hashOf(secret));
    return found?.document.kind === 'session' && this.alive(found.document) ? found.document : undefined;
  }

  /** Whose code it is; it is used up by this, even when two ask at once. */
  async redeem(code: string): Promise<string | undefined> {
    const id = hashOf(code);
    const found = await this.documents.get<StoredSession>('sessions', id);
    if (found?.document.kind !== 'code') return undefined;
    const lost = await this.documents.write([{ collection: 'sessions', id, document: null, ifVersion: found.version }]);
    return lost || !this.alive(found.document) ? undefined : found.document.subject;
  }

  async close(secret: string): Promise<void> {
    await this.documents.write([{ collection: 'sessions', id: hashOf(secret), document: null }]);
  }

  async closeAllOf(subject: string): Promise<void> {
    const found = await this.documents.find('sessions', { where: { subject }, limit: 1_000 });
    if (found.length > 0) await this.documents.write(found.map(({ id }) => ({ collection: 'sessions', id, document: null })));
  }

  /** Removes what has expired. */
  async sweep(): Promise<void> {
    const found = await this.documents.find('sessions', { where: { expiresAt: { to: new Date(this.clock.now()).toISOString() } }, limit: 1_000 });
    if (found.length > 0) await this.documents.write(found.map(({ id }) => ({ collection: 'sessions', id, document: null })));
  }

  private async store(session: Pick<StoredSession, 'kind' | 'subject' | 'token'>, forMs: number): Promise<{ secret: string; expiresAt: string }> {
    const secret = newSecret();
    const now = this.clock.now();
    const document: StoredSession = { ...session, createdAt: new Date(now).toISOString(), expiresAt: new Date(now + forMs).toISOString() };
    await this.sweep();
    await this.documents.write([{ collection: 'sessions', id: hashOf(secret), document, ifVersion: 0 }]);
    return { secret, expiresAt: document.expiresAt };
  }

  private alive({ expiresAt }: StoredSession): boolean {
    return Date.parse(expiresAt) > this.clock.now();
  }
}
