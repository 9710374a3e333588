import { Injectable, Optional } from '@nestjs/common';
import { errors } from '@edge/contracts';
import { Clock, Documents, Secrets, type Versioned } from '@edge/ports';
import { decryptSecret, encryptSecret, type EncryptedSecret, type SecretKey } from './encrypt-secret.js';
import { GivenSecrets } from './given-secrets.js';

/** The keys that secrets are encrypted with, handed in by the program: the first encrypts, all decrypt. They are asked for each time: rotation needs no restart. */
export class SecretKeys {
  constructor(readonly keys: () => readonly SecretKey[]) {
    if (keys().length === 0 || keys().some(({ key }) => key.length !== 32)) throw errors.invalidField('/EDGE_KEYS', 'Secrets need a key of 32 bytes.', 'Run: edge keys create.');
  }

  get current(): SecretKey {
    return this.keys()[0]!;
  }

  /** Those that may have encrypted it. Before keys had ids of their own each was called `first`. */
  of(kid: string): readonly SecretKey[] {
    return this.keys().filter((key) => key.kid === kid || kid === 'first');
  }
}

interface StoredSecret { space: string; name: string; encrypted: EncryptedSecret; changedAt: string; changedBy: string }

/** `key`: the id of the key that all but `left` of the secrets are encrypted with now. */
export interface Reencrypted { key: string; secrets: number; reencrypted: number; left: number }

export interface SecretName { name: string; changed_at: string; changed_by: string }

/** Secrets of spaces, encrypted where they lie. Values come out only here, for the executor. */
@Injectable()
export class SecretsService extends Secrets {
  constructor(private readonly documents: Documents, private readonly keys: SecretKeys, private readonly clock: Clock, @Optional() private readonly given?: GivenSecrets) {
    super();
  }

  /** Unknown names are absent. */
  async values(space: string, names: string[]): Promise<Record<string, string>> {
    const found = await Promise.all([...new Set(names)].map(async (name) => [name, await this.value(space, name)] as const));
    return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  async set(secret: { space: string; name: string; value: string; by: string }): Promise<void> {
    const { space, name, value, by } = secret;
    const document: StoredSecret = { space, name, encrypted: encryptSecret(this.keys.current, `${space}/${name}`, value), changedAt: new Date(this.clock.now()).toISOString(), changedBy: by };
    await this.documents.write([{ collection: 'secrets', id: `${space}/${name}`, document }]);
  }

  async remove(space: string, name: string): Promise<void> {
    if (!(await this.documents.get('secrets', `${space}/${name}`))) throw errors.notFound(`secret "${name}"`);
    await this.documents.write([{ collection: 'secrets', id: `${space}/${name}`, document: null }]);
  }

  list(space: string, { after, limit }: { after?: string; limit: number }): Promise<Versioned<StoredSecret>[]> {
    return this.documents.find<StoredSecret>('secrets', { where: { space }, limit, ...(after ? { after } : {}) });
  }

  /** Encrypts with the current key whatever another one encrypted. `left`: what somebody changed meanwhile; ask again. */
  async reencrypt(): Promise<Reencrypted> {
    const { current } = this.keys;
    const count = { key: current.kid, secrets: 0, reencrypted: 0, left: 0 };
    for (let after: string | undefined; ; ) {
      const page: Versioned<StoredSecret>[] = await this.documents.find<StoredSecret>('secrets', { limit: 500, ...(after ? { after } : {}) });
      for (const one of page.filter(({ document }) => document.encrypted.kid !== current.kid)) {
        const document = { ...one.document, encrypted: encryptSecret(current, one.id, this.decrypted(one)) };
        const lost = await this.documents.write([{ collection: 'secrets', id: one.id, ifVersion: one.version, document }]);
        count[lost ? 'left' : 'reencrypted'] += 1;
      }
      count.secrets += page.length;
      if (page.length < 500) return count;
      after = page.at(-1)!.id;
    }
  }

  private async value(space: string, name: string): Promise<string | undefined> {
    const stored = await this.documents.get<StoredSecret>('secrets', `${space}/${name}`);
    return stored ? this.decrypted(stored) : this.given?.value(space, name);
  }

  private decrypted({ id, document: { encrypted } }: Versioned<StoredSecret>): string {
    const keys = this.keys.of(encrypted.kid);
    for (const key of keys) {
      const value = decryptSecret(key, id, encrypted);
      if (value !== undefined) return value;
    }
    throw errors.unavailable(keys.length === 0 ? `The key "${encrypted.kid}" of secret "${id}" is not there.` : `Secret "${id}" was changed where it lies, or moved there: no key opens it.`);
  }
}
