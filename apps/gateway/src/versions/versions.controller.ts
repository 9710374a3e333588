import { Body, Controller, Query } from '@nestjs/common';
import { type Caller, configurationId, errors, type LiveVersion } from '@edge/contracts';
import { VersionBody, VersionsQuery } from '@edge/contracts/messages';
import { succeeding } from '@edge/engine';
import { CallerOf, fillPage, Handles, type Page, Permits } from '@edge/nest';
import { Clock, type Condition, Documents, type Versioned } from '@edge/ports';

/** Which version of a project each host runs. */
@Controller()
export class VersionsController {
  constructor(private readonly documents: Documents, private readonly permits: Permits, private readonly clock: Clock) {}

  @Handles('listVersions')
  async list(@Query() query: VersionsQuery, @CallerOf() caller: Caller): Promise<Page<LiveVersion>> {
    const visible = await this.permits.visibleSpaces(caller);
    const { limit, cursor, ...where } = query;
    const { rows, ...rest } = await fillPage<Versioned<LiveVersion>>({ ...(limit ? { limit } : {}), ...(cursor ? { cursor } : {}) }, {
      fetch: (after, count) => this.documents.find<LiveVersion>('versions', { where: conditions(where), limit: count, ...(after ? { after } : {}) }),
      keep: async ({ document: { space, project } }) => (visible === 'all' || visible.includes(space)) && this.permits.may(caller, { permission: 'see', space, project }),
    });
    return { items: rows.map(({ document }) => document), ...rest };
  }

  @Handles('setVersion')
  async set(@Body() body: VersionBody, @CallerOf() caller: Caller): Promise<LiveVersion> {
    const { space, project, host, version } = body;
    await this.permits.require(caller, { permission: 'set-version', space, project, keys: ['version'] });
    await this.demandThere('Project', { space, name: project }, '/project');
    await this.demandThere('Host', { name: host }, '/host');
    const stored = await this.documents.get<LiveVersion>('versions', idOf(body));
    const document = succeeding(stored?.document, { space, project, host, version, at: new Date(this.clock.now()).toISOString() });
    await this.documents.write([{ collection: 'versions', id: idOf(body), document }]);
    return document;
  }

  @Handles('deleteVersion')
  async remove(@Query() { space, project, host }: VersionsQuery, @CallerOf() caller: Caller): Promise<void> {
    if (!space || !project || !host) throw errors.invalid('Name space, project and host.', ['space', 'project', 'host'].map((field) => ({ pointer: `/${field}`, detail: 'It is needed here.' })));
    await this.permits.require(caller, { permission: 'set-version', space, project, keys: ['version'] });
    await this.documents.write([{ collection: 'versions', id: idOf({ space, project, host }), document: null }]);
  }

  /** A slip of the pen would be listed as a version for ever. */
  private async demandThere(kind: 'Project' | 'Host', key: { space?: string; name: string }, pointer: string): Promise<void> {
    if (!(await this.documents.get('configuration', configurationId(kind, key)))) throw errors.invalidField(pointer, `There is no ${kind.toLowerCase()} "${key.name}", or you may not know of it.`);
  }
}

function idOf({ space, project, host }: { space: string; project: string; host: string }): string {
  return `${space}/${project}/${host}`;
}

function conditions(where: Record<string, string | undefined>): Record<string, Condition> {
  return Object.fromEntries(Object.entries(where).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
