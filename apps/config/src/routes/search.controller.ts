import { Controller, Query } from '@nestjs/common';
import { canonicalJson, errors, type HostDocument, type Json, type ProjectDocument } from '@edge/contracts';
import { SearchQuery } from '@edge/contracts/messages';
import { Handles, Permits } from '@edge/nest';
import { ConfigurationStore } from '../store/configuration-store.js';
import type { Exchange } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';
import { cutTo } from './hosts.controller.js';

interface FoundProject { space: string; name: string; title?: string; environment: string; value?: Json }

/** Projects by words or by a configuration key; hosts by words, pool and zone. Cut to what the caller may see. */
@Controller()
export class SearchController {
  constructor(private readonly store: ConfigurationStore, private readonly permits: Permits) {}

  @Handles('search')
  async search(@Query() query: SearchQuery, @ExchangeOf() { caller }: Exchange): Promise<{ projects: FoundProject[]; hosts: HostDocument[] }> {
    if (query.value !== undefined && query.key === undefined) throw errors.invalidField('/key', 'A value is looked for in a configuration key.', 'Say in "key" in which.');
    const visible = await this.permits.visibleSpaces(caller);
    const limit = query.limit ?? 100;
    const mayBe = (spaces: string[]) => visible === 'all' || spaces.some((space) => visible.includes(space));
    const projects: FoundProject[] = [];
    for (const project of query.pool || query.zone ? [] : (await this.store.view.all('Project')).filter(({ space }) => mayBe([space]))) {
      if (projects.length === limit) break;
      if (matchesProject(project, query) && (await this.permits.may(caller, { permission: 'see', space: project.space, project: project.name }))) projects.push(shown(project, query.key));
    }
    const hosts = query.key ? [] : (await this.store.view.all('Host', { ...(query.zone ? { zone: query.zone } : {}), ...(query.pool ? { pools: query.pool } : {}) }));
    return { projects, hosts: hosts.filter((host) => mayBe(host.spaces) && hasWords([host.name, host.address], query.q)).slice(0, limit).map((host) => cutTo(host, visible)) };
  }
}

function matchesProject({ space, name, title, config = {} }: ProjectDocument, { key, value, q }: SearchQuery): boolean {
  if (!hasWords([space, name, title], q)) return false;
  if (key === undefined) return true;
  const found = config[key];
  return found !== undefined && (value === undefined || (typeof found === 'string' ? found : canonicalJson(found)) === value);
}

function hasWords(texts: (string | undefined)[], words: string | undefined): boolean {
  const text = texts.join(' ').toLowerCase();
  return (words ?? '').toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function shown({ space, name, title, environment, config }: ProjectDocument, key: string | undefined): FoundProject {
  const value = key === undefined ? undefined : config?.[key];
  return { space, name, ...(title ? { title } : {}), environment, ...(value === undefined ? {} : { value }) };
}
