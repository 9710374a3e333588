import { Injectable } from '@nestjs/common';
import { accessRevision, type Caller, type ConfigurationRecord, type Role } from '@edge/contracts';
import { Access, type AccessAnswer, type AccessQuestion, Clock, Documents } from '@edge/ports';
import { decideAccess, type HeldGrant, visibleThrough } from './access/decide-access.js';
import { GrantBook } from './access/grant-book.js';
import { People } from './people/people.js';
import { SessionStore } from './sessions/session-store.js';
import { type StoredToken, TokenStore } from './tokens/token-store.js';

/** Who is it, and may she? */
@Injectable()
export class AclService extends Access {
  constructor(private readonly documents: Documents, private readonly clock: Clock, private readonly book: GrantBook, private readonly people: People, private readonly tokens: TokenStore, private readonly sessions: SessionStore) {
    super();
  }

  async authenticate({ bearer, cookie }: { bearer?: string; cookie?: string }): Promise<Caller | undefined> {
    if (bearer !== undefined) {
      const found = await this.tokens.find(bearer);
      return found && callerOf(found.stored);
    }
    const session = cookie === undefined ? undefined : await this.sessions.find(cookie);
    if (!session || (session.token && !(await this.tokens.get(session.token)))) return undefined;
    return { subject: session.subject, name: await this.nameOf(session.subject), interactive: true };
  }

  async may(question: AccessQuestion): Promise<AccessAnswer> {
    return decideAccess(await this.grantsOf(question.subject), question);
  }

  async visibleSpaces(subject: string): Promise<'all' | string[]> {
    return visibleThrough(await this.grantsOf(subject));
  }

  /** Everything that the subject holds, directly, through groups, or as a token of its own reach. */
  async grantsOf(subject: string): Promise<HeldGrant[]> {
    const at = subject.indexOf(':');
    const [kind, name] = [subject.slice(0, at), subject.slice(at + 1)];
    if (kind === 'user') {
      const mail = (await this.people.get(name))?.document.mail;
      return this.book.held('user', mail ? [name, mail] : [name]);
    }
    if (kind !== 'token') return [];
    const [stored, held] = await Promise.all([this.tokens.get(name), this.book.held('token', [name])]);
    return stored ? [...held, ...ownGrant(subject, stored)] : [];
  }

  /** A one-time code for the console's link: ten minutes, once. */
  signInCode(subject = administrator): Promise<string> {
    return this.sessions.code(subject);
  }

  /**
   * Makes the person `admin`, who may do everything, and her token. With `given` the token is that text.
   * Answers the token when it was made now; undefined when there is an administrator already and no other token was given.
   */
  async ensureFirstAdministrator(given?: string): Promise<string | undefined> {
    const made = await this.documents.get('system', firstAdministrator);
    if (made && (given === undefined || (await this.tokens.find(given)))) return given;
    if (!made) await this.makeAdministrator();
    const { token } = await this.tokens.create({ name: 'administrator', actsAs: administrator, createdBy: 'system' }, given);
    return token;
  }

  private async makeAdministrator(): Promise<void> {
    const changedAt = new Date(this.clock.now()).toISOString();
    const role: Role = 'superuser';
    const grant: ConfigurationRecord<'Grant'> = { kind: 'Grant', document: { id: firstAdministrator, who: administrator, role }, changedAt, changedBy: 'system' };
    if (!(await this.people.get('admin'))) await this.people.create({ name: 'admin', title: 'Administrator' });
    await this.documents.write([
      { collection: 'configuration', id: `Grant/${firstAdministrator}`, document: grant },
      { collection: 'system', id: accessRevision, document: { changedAt } },
      { collection: 'system', id: firstAdministrator, document: { madeAt: changedAt } },
    ]);
  }

  private async nameOf(subject: string): Promise<string> {
    const name = subject.slice(subject.indexOf(':') + 1);
    if (!subject.startsWith('user:')) return (await this.tokens.get(name))?.name ?? name;
    return (await this.people.get(name))?.document.title ?? name;
  }
}

const firstAdministrator = 'first-administrator';
const administrator = 'user:admin';

export function callerOf(token: StoredToken): Caller {
  return { subject: token.actsAs ?? token.subject, name: token.actsAs?.replace(/^user:/, '') ?? token.name, interactive: false };
}

function ownGrant(who: string, { role, space, project, types, keys }: StoredToken): HeldGrant[] {
  if (!role) return [];
  return [{ who, role, ...(space ? { space } : {}), ...(project ? { project } : {}), ...(types ? { types } : {}), ...(keys ? { keys } : {}), by: 'as its own reach' }];
}
