import { Body, Controller, Param, Query } from '@nestjs/common';
import { errors, type ProjectDocument } from '@edge/contracts';
import { PageQuery, ProjectBody, ProjectPatchBody } from '@edge/contracts/messages';
import { Handles, type Page, Permits } from '@edge/nest';
import { retryWhenChanged } from '../writer/retry-when-changed.js';
import { demandName, DocumentsOf, type Exchange, sameName, type ShownChange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';
import { mergedKeys } from './platform.controller.js';
import { ifMatch } from './preconditions.js';

@Controller()
export class ProjectsController {
  constructor(private readonly documents: DocumentsOf, private readonly permits: Permits) {}

  @Handles('listProjects')
  async list(@Param('space') space: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ProjectDocument>> {
    await this.documents.found('Space', { name: space });
    return this.documents.list('Project', { exchange, query, where: { space }, keep: ({ name }) => this.permits.may(exchange.caller, { permission: 'see', space, project: name }) });
  }

  @Handles('createProject')
  create(@Param('space') space: string, @Body() body: ProjectBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Project'>> {
    const name = demandName(body.name);
    return this.documents.create('Project', { key: { space, name }, document: { ...body, space: sameName('space', space, body.space), name }, exchange });
  }

  @Handles('showProject')
  show(@Param('space') space: string, @Param('project') name: string, @ExchangeOf() { reply }: Exchange): Promise<ProjectDocument> {
    return this.documents.show('Project', { space, name }, reply);
  }

  @Handles('putProject')
  put(@Param('space') space: string, @Param('project') name: string, @Body() body: ProjectBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Project'>> {
    return this.documents.put('Project', { key: { space, name }, document: { ...body, space: sameName('space', space, body.space), name: sameName('name', name, body.name) }, exchange });
  }

  /** Without If-Match two patches of different keys both count. */
  @Handles('patchProject')
  patch(@Param('space') space: string, @Param('project') name: string, @Body() body: ProjectPatchBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Project'>> {
    const wanted = ifMatch(exchange.request);
    const attempt = async () => {
      const { version, document } = await this.documents.found('Project', { space, name });
      return this.documents.write('Project', { key: { space, name }, document: mergedKeys(document.document, { ...body }), exchange, ifVersion: typeof wanted === 'number' ? wanted : version });
    };
    if (Object.values(body).every((value) => value === undefined)) throw errors.invalidField('', 'There is nothing to change.', 'Send "config" with the keys to set.');
    return typeof wanted === 'number' ? attempt() : retryWhenChanged(attempt);
  }

  @Handles('deleteProject')
  remove(@Param('space') space: string, @Param('project') name: string, @ExchangeOf() exchange: Exchange): Promise<void> {
    return this.documents.remove('Project', { space, name }, exchange);
  }

  @Handles('projectHistory')
  history(@Param('space') space: string, @Param('project') name: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    return this.documents.history('Project', { key: { space, name }, exchange, query });
  }
}
