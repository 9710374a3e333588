import { Injectable } from '@nestjs/common';
import { type ActionDocument, type ActionStatus, errors, statuses } from '@edge/contracts';
import type { ActionsQuery } from '@edge/contracts/messages';
import { cursorOf, idOf, type Page } from '@edge/nest';
import { type Condition, Documents } from '@edge/ports';

export interface ActionRow { action_id: string; space: string; project: string; environment: string; type: string; status: ActionStatus; actor: string; user?: string; hosts: number; accepted_at: string; ended_at?: string; links: Record<string, string> }

/** Lists of actions, newest first; the status is the projection of the journal, good for lists. */
@Injectable()
export class ActionList {
  constructor(private readonly documents: Documents) {}

  async page(query: ActionsQuery, visible: 'all' | string[]): Promise<Page<ActionRow>> {
    const limit = query.limit ?? 50;
    const spaces = visible === 'all' || visible.includes(query.space ?? '') ? query.space : query.space === undefined ? visible : [];
    if (Array.isArray(spaces) && spaces.length === 0) return { items: [] };
    const where = conditions(query, spaces);
    const rows: ActionRow[] = [];
    let after = idOf(query.cursor);
    for (;;) {
      const found = await this.documents.find<ActionDocument>('actions', { where, order: 'desc', limit: limit + 1, ...(after ? { after } : {}) });
      rows.push(...found.map(({ document }) => document).filter((action) => concerns(action, query.user)).map(rowOf));
      after = found.at(-1)?.id;
      if (rows.length > limit || found.length <= limit) break;
    }
    const items = rows.slice(0, limit);
    return { items, ...(rows.length > limit ? { next_cursor: cursorOf(items.at(-1)!.action_id) } : {}) };
  }
}

function conditions(query: ActionsQuery, spaces: string | string[] | undefined): Record<string, Condition> {
  const wanted = query.status?.split(',') ?? [];
  const unknown = wanted.filter((status) => !statuses.some((known) => known === status));
  if (unknown.length > 0) throw errors.invalidField('/status', `"${unknown.join(', ')}" is no status.`, `Statuses: ${statuses.join(', ')}.`);
  const time = query.since || query.until ? { ...(query.since ? { from: iso(query.since) } : {}), ...(query.until ? { to: iso(query.until) } : {}) } : undefined;
  const all: Record<string, Condition | undefined> = {
    space: Array.isArray(spaces) ? { in: spaces } : spaces, project: query.project, type: query.type, hosts: query.host, acceptedAt: time, 'projection.status': wanted.length > 0 ? { in: wanted } : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Condition] => entry[1] !== undefined));
}

const iso = (time: string) => new Date(time).toISOString();

function concerns(action: ActionDocument, user: string | undefined): boolean {
  return user === undefined || action.user === user || action.actor.name === user || action.actor.subject === user;
}

function rowOf(action: ActionDocument): ActionRow {
  const { id, space, project, environment, type, actor, user, hosts, acceptedAt, projection } = action;
  return {
    action_id: id, space, project, environment, type, status: projection.status, actor: actor.name, ...(user ? { user } : {}), hosts: hosts.length, accepted_at: acceptedAt,
    ...(projection.ended ? { ended_at: projection.at } : {}), links: { self: `/api/v1/actions/${id}`, console: `/actions/${id}` },
  };
}
