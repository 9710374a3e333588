import { Body, Controller, Param, Query, Req, Res } from '@nestjs/common';
import { errors } from '@edge/contracts';
import { IdentityBody, PageQuery } from '@edge/contracts/messages';
import { type EdgeReply, type EdgeRequest, fillPage, Handles, linked, type Page } from '@edge/nest';
import { SessionStore } from '../sessions/session-store.js';
import { People, type Person } from './people.js';

type ShownPerson = Omit<Person, 'password' | 'createdAt'> & { has_password: boolean; created_at: string };

@Controller()
export class IdentitiesController {
  constructor(private readonly people: People, private readonly sessions: SessionStore) {}

  @Handles('listIdentities')
  async list(@Query() query: PageQuery, @Req() request: EdgeRequest, @Res({ passthrough: true }) reply: EdgeReply): Promise<Page<ShownPerson>> {
    const { rows, ...rest } = await fillPage(query, { fetch: (after, limit) => this.people.list(after, limit) });
    return linked(request, reply, { items: rows.map(({ document }) => shown(document)), ...rest });
  }

  @Handles('createIdentity')
  async create(@Body() body: IdentityBody): Promise<ShownPerson> {
    const { name } = body;
    if (name === undefined) throw errors.invalidField('/name', 'name is missing.');
    return shown(await this.people.create({ ...body, name }));
  }

  @Handles('showIdentity')
  async show(@Param('identity') name: string): Promise<ShownPerson> {
    return shown((await this.found(name)).document);
  }

  @Handles('putIdentity')
  async put(@Param('identity') name: string, @Body() body: IdentityBody): Promise<ShownPerson> {
    const person = await this.people.change(await this.found(name), body);
    if (body.password !== undefined) await this.sessions.closeAllOf(`user:${name}`);
    return shown(person);
  }

  @Handles('deleteIdentity')
  async remove(@Param('identity') name: string): Promise<void> {
    await this.found(name);
    await this.people.remove(name);
    await this.sessions.closeAllOf(`user:${name}`);
  }

  private async found(name: string) {
    const found = await this.people.get(name);
    if (!found) throw errors.notFound(`identity "${name}"`);
    return found;
  }
}

function shown({ password, createdAt, ...person }: Person): ShownPerson {
  return { ...person, has_password: password !== undefined, created_at: createdAt };
}
