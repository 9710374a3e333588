import { Injectable } from '@nestjs/common';
import type { ActionDocument } from '@edge/contracts';
import { type Condition, Documents } from '@edge/ports';

export interface ReportRow { key: string; count: number; completed: number; failed: number; cancelled: number; success_rate: number; median_seconds: number }

type By = 'space' | 'project' | 'user' | 'day' | 'type';

const pageSize = 500;
const keys: Record<By, (action: ActionDocument) => string> = {
  space: ({ space }) => space,
  project: ({ space, project }) => `${space}/${project}`,
  user: ({ user, actor }) => user ?? actor.name,
  day: ({ acceptedAt }) => acceptedAt.slice(0, 10),
  type: ({ type }) => type,
};

/** Ended actions, counted by one of their properties: how many, how they ended, how long they took. */
@Injectable()
export class ActionReport {
  constructor(private readonly documents: Documents) {}

  async rows({ by, space, project, since, until }: { by: By; space?: string; project?: string; since?: string; until?: string }, visible: 'all' | string[]): Promise<ReportRow[]> {
    const groups = new Map<string, ActionDocument[]>();
    const time = since || until ? { ...(since ? { from: new Date(since).toISOString() } : {}), ...(until ? { to: new Date(until).toISOString() } : {}) } : undefined;
    const all: Record<string, Condition | undefined> = { space, project, acceptedAt: time, 'projection.ended': true };
    const where = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Condition] => entry[1] !== undefined));
    let after: string | undefined;
    for (;;) {
      const page = await this.documents.find<ActionDocument>('actions', { where, limit: pageSize, ...(after ? { after } : {}) });
      for (const { document } of page) {
        if (visible !== 'all' && !visible.includes(document.space)) continue;
        const key = keys[by](document);
        groups.set(key, [...(groups.get(key) ?? []), document]);
      }
      if (page.length < pageSize) break;
      after = page.at(-1)!.id;
    }
    return [...groups].map(([key, actions]) => rowOf(key, actions)).sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  }
}

function rowOf(key: string, actions: ActionDocument[]): ReportRow {
  const ended = (status: string) => actions.filter((action) => action.projection.status === status).length;
  const seconds = actions.map((action) => (Date.parse(action.projection.at) - Date.parse(action.acceptedAt)) / 1000).sort((a, b) => a - b);
  const completed = ended('completed');
  return { key, count: actions.length, completed, failed: ended('failed'), cancelled: ended('cancelled'), success_rate: Math.round((completed / actions.length) * 1000) / 1000, median_seconds: Math.round((seconds[Math.floor(seconds.length / 2)] ?? 0) * 10) / 10 };
}
