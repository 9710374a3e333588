import { Controller, Param, Query } from '@nestjs/common';
import { errors, type JsonObject } from '@edge/contracts';
import { PageQuery } from '@edge/contracts/messages';
import { fillPage, Handles, linked, type Page } from '@edge/nest';
import { type CurrentScript, ScriptStore } from '../scripts/script-store.js';
import type { Exchange } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';

interface ShownScript { name: string; about: string; actions: string[]; sha: string; registered_at: string }

@Controller()
export class ScriptsController {
  constructor(private readonly scripts: ScriptStore) {}

  @Handles('listScripts')
  async list(@Query() query: PageQuery, @ExchangeOf() { request, reply }: Exchange): Promise<Page<ShownScript>> {
    const { rows, ...rest } = await fillPage(query, { fetch: (after, limit) => this.scripts.list(after, limit) });
    return linked(request, reply, { items: rows.map(({ document }) => shown(document)), ...rest });
  }

  @Handles('showScript')
  async show(@Param('script') name: string): Promise<ShownScript & { schema: JsonObject; defaults: JsonObject }> {
    const script = await this.scripts.current(name);
    if (!script) throw errors.notFound(`script "${name}"`);
    return { ...shown(script), schema: script.description.schema, defaults: script.description.defaults };
  }
}

function shown({ script, sha, description, registeredAt }: CurrentScript): ShownScript {
  return { name: script, about: description.about, actions: description.actions, sha, registered_at: registeredAt };
}
