import { Injectable } from '@nestjs/common';
import { errors } from '@edge/contracts';
import type { IdentityBody } from '@edge/contracts/messages';
import { Clock, Documents, type Versioned } from '@edge/ports';
import { hashPassword, passwordFits, type StoredPassword } from './passwords.js';

/** A local person. `name` is the id; `mail` is a second name by which groups may know her. */
export interface Person { name: string; title?: string; mail?: string; password?: StoredPassword; createdAt: string }

@Injectable()
export class People {
  constructor(private readonly documents: Documents, private readonly clock: Clock) {}

  async get(name: string): Promise<Versioned<Person> | undefined> {
    return this.documents.get<Person>('identities', name.toLowerCase());
  }

  list(after: string | undefined, limit: number): Promise<Versioned<Person>[]> {
    return this.documents.find<Person>('identities', { limit, ...(after ? { after } : {}) });
  }

  async create({ name, title, mail, password }: IdentityBody & { name: string }): Promise<Person> {
    const person: Person = { name, ...(title ? { title } : {}), ...(mail ? { mail } : {}), ...(password ? { password: await hashPassword(password) } : {}), createdAt: new Date(this.clock.now()).toISOString() };
    const lost = await this.documents.write([{ collection: 'identities', id: name, document: person, ifVersion: 0 }]);
    if (lost) throw errors.exists(`The identity "${name}"`);
    return person;
  }

  /** What is left out stays as it is. */
  async change(found: Versioned<Person>, { title, mail, password }: IdentityBody): Promise<Person> {
    const person: Person = { ...found.document, ...(title === undefined ? {} : { title }), ...(mail === undefined ? {} : { mail }), ...(password ? { password: await hashPassword(password) } : {}) };
    const lost = await this.documents.write([{ collection: 'identities', id: found.id, document: person, ifVersion: found.version }]);
    if (lost) throw errors.versionMismatch(`The identity "${found.id}"`, found.version + 1);
    return person;
  }

  async remove(name: string): Promise<void> {
    await this.documents.write([{ collection: 'identities', id: name, document: null }]);
  }

  /** The person, if the password is hers. */
  async signedIn(name: string, password: string): Promise<Person | undefined> {
    const person = (await this.get(name))?.document;
    return (await passwordFits(password, person?.password)) ? person : undefined;
  }
}
