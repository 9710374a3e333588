import { Injectable } from '@nestjs/common';
import { accessRevision, type ConfigurationRecord, type GrantDocument, type GroupDocument, type Role, type SpaceDocument } from '@edge/contracts';
import { Documents, type Versioned } from '@edge/ports';
import type { HeldGrant } from './decide-access.js';

interface Book { version: number; byWho: Map<string, HeldGrant[]>; groupsOf: Map<string, string[]> }

const lists: [keyof SpaceDocument & ('admins' | 'operators' | 'deployers' | 'viewers'), Role][] = [['admins', 'admin'], ['operators', 'operator'], ['deployers', 'deployer'], ['viewers', 'viewer']];

/** All grants, by who holds them. Read anew whenever the access revision has moved: what was written counts from then on, everywhere. */
@Injectable()
export class GrantBook {
  private book: Promise<Book> | undefined;

  constructor(private readonly documents: Documents) {}

  /** Grants of one of `names` (`user:asha`, `asha@example.org`, `token:…`), directly or through a group. Names match without case. */
  async held(kind: 'user' | 'token', names: string[]): Promise<HeldGrant[]> {
    const { byWho, groupsOf } = await this.current();
    const wanted = names.map((name) => name.toLowerCase());
    const groups = kind === 'user' ? wanted.flatMap((name) => groupsOf.get(name) ?? []) : [];
    const keys = [...wanted.map((name) => `${kind}:${name}`), ...groups.map((group) => `group:${group}`)];
    return [...new Set(keys)].flatMap((key) => byWho.get(key) ?? []);
  }

  private async current(): Promise<Book> {
    const version = (await this.documents.get('system', accessRevision))?.version ?? 0;
    const book = await this.book;
    if (book?.version === version) return book;
    this.book = this.read(version);
    return this.book.catch((error: unknown) => {
      this.book = undefined;
      throw error;
    });
  }

  private async read(version: number): Promise<Book> {
    const [groups, grants, spaces] = await Promise.all([this.all<'Group'>('Group'), this.all<'Grant'>('Grant'), this.all<'Space'>('Space')]);
    const byWho = new Map<string, HeldGrant[]>();
    const hold = (grant: HeldGrant) => byWho.set(grant.who.toLowerCase(), [...(byWho.get(grant.who.toLowerCase()) ?? []), grant]);
    for (const { id, document } of grants) hold({ ...(document.document as GrantDocument), by: `by the grant ${id.slice('Grant/'.length)}` });
    for (const { document } of spaces) for (const grant of listed(document.document as SpaceDocument)) hold(grant);
    return { version, byWho, groupsOf: membership(groups.map(({ document }) => document.document as GroupDocument)) };
  }

  private async all<K extends 'Group' | 'Grant' | 'Space'>(kind: K): Promise<Versioned<ConfigurationRecord<K>>[]> {
    const found: Versioned<ConfigurationRecord<K>>[] = [];
    for (;;) {
      const after = found.at(-1)?.id;
      const page = await this.documents.find<ConfigurationRecord<K>>('configuration', { where: { kind }, limit: 1_000, ...(after ? { after } : {}) });
      found.push(...page);
      if (page.length < 1_000) return found;
    }
  }
}

/** An entry of a space's lists is a group (a mail list) or a person. */
function listed(space: SpaceDocument): HeldGrant[] {
  return lists.flatMap(([list, role]) => (space[list] ?? []).flatMap((entry) => ['group', 'user'].map((kind) => ({ who: `${kind}:${entry}`, role, space: space.name, by: `as one of the ${list} of ${space.name}` }))));
}

function membership(groups: GroupDocument[]): Map<string, string[]> {
  const groupsOf = new Map<string, string[]>();
  for (const { name, members } of groups) for (const member of members) groupsOf.set(member.toLowerCase(), [...(groupsOf.get(member.toLowerCase()) ?? []), name.toLowerCase()]);
  return groupsOf;
}
