import { Injectable, Optional } from '@nestjs/common';
import { errors } from '@edge/contracts';
import { Clock, Documents, Secrets, type Versioned } from '@edge/ports';
import { decryptSecret, encryptSecret, type EncryptedSecret, type SecretKey } from './encrypt-secret.js';

/** The keys that secrets are encrypted with, handed in by the program: the first encrypts, all decrypt (rotation). */
export class SecretKeys {
  constructor(readonly keys: readonly SecretKey[]) {
    if (keys.length === 0 || keys.some(({ key }) => key.length !== 32)) throw errors.invalidField('/EDGE_KEYS', 'Secrets need a key of 32 bytes.', 'Run: edge keys create.');
  }
}

/** Secrets that the installation gives by files or environment, `<space>/<name>` → value. A stored one of the same name wins. */
export class GivenSecrets {
  constructor(readonly values: Readonly<Record<string, string>>) {}
}

interface StoredSecret { space: string; name: string; encrypted: EncryptedSecret; changedAt: string; changedBy: string }

export interface SecretName { name: string; changed_at: string; changed_by: string }

/** Secrets of spaces, encrypted where they lie. Values come out only here, for the executor. */
@Injectable()
export class SecretsService extends Secrets {
  constructor(private readonly documents: Documents, private readonly keys: SecretKeys, private readonly clock: Clock, @Optional() private readonly given?: GivenSecrets) {
    super();
  }

  /** Unknown names are absent. */
  async values(space: string, names: string[]): Promise<Record<string, string>> {
    const found = await Promise.all([...new Set(names)].map(async (name) => [name, await this.value(`${space}/${name}`)] as const));
    return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  async set(secret: { space: string; name: string; value: string; by: string }): Promise<void> {
    const { space, name, value, by } = secret;
    const document: StoredSecret = { space, name, encrypted: encryptSecret(this.keys.keys[0]!, `${space}/${name}`, value), changedAt: new Date(this.clock.now()).toISOString(), changedBy: by };
    await this.documents.write([{ collection: 'secrets', id: `${space}/${name}`, document }]);
  }

  async remove(space: string, name: string): Promise<void> {
    if (!(await this.documents.get('secrets', `${space}/${name}`))) throw errors.notFound(`secret "${name}"`);
    await this.documents.write([{ collection: 'secrets', id: `${space}/${name}`, document: null }]);
  }

  list(space: string, { after, limit }: { after?: string; limit: number }): Promise<Versioned<StoredSecret>[]> {
    return this.documents.find<StoredSecret>('secrets', { where: { space }, limit, ...(after ? { after } : {}) });
  }

  /** Encrypts with the first key whatever another one encrypted; answers how many. */
  async rotate(): Promise<number> {
    let rotated = 0;
    let after: string | undefined;
    for (;;) {
      const page: Versioned<StoredSecret>[] = await this.documents.find<StoredSecret>('secrets', { limit: 500, ...(after ? { after } : {}) });
      const old = page.filter(({ document }) => document.encrypted.kid !== this.keys.keys[0]!.kid);
      const writes = old.map((one) => ({ collection: 'secrets', id: one.id, ifVersion: one.version, document: { ...one.document, encrypted: encryptSecret(this.keys.keys[0]!, one.id, this.decrypted(one)) } }));
      if (writes.length > 0 && (await this.documents.write(writes)) === undefined) rotated += writes.length;
      if (page.length < 500) return rotated;
      after = page.at(-1)!.id;
    }
  }

  private async value(id: string): Promise<string | undefined> {
    const stored = await this.documents.get<StoredSecret>('secrets', id);
    return stored ? this.decrypted(stored) : this.given?.values[id];
  }

  private decrypted({ id, document }: Versioned<StoredSecret>): string {
    const key = this.keys.keys.find(({ kid }) => kid === document.encrypted.kid);
    if (!key) throw errors.unavailable(`The key "${document.encrypted.kid}" of secret "${id}" is not there.`);
    return decryptSecret(key, id, document.encrypted);
  }
}
