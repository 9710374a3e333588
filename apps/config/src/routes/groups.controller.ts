import { Body, Controller, Param, Query } from '@nestjs/common';
import { errors, type GroupDocument } from '@edge/contracts';
import { GroupBody, PageQuery } from '@edge/contracts/messages';
import { Handles, type Page, Permits } from '@edge/nest';
import { demandName, DocumentsOf, type Exchange, sameName, type ShownChange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';

/** Groups, named as mail lists. They reach over spaces: only who sees everything sees their members. */
@Controller()
export class GroupsController {
  constructor(private readonly documents: DocumentsOf, private readonly permits: Permits) {}

  @Handles('listGroups')
  async list(@Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<GroupDocument>> {
    const all = (await this.permits.visibleSpaces(exchange.caller)) === 'all';
    return this.documents.list('Group', { exchange, query, keep: async () => all });
  }

  @Handles('createGroup')
  create(@Body() body: GroupBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Group'>> {
    const name = demandName(body.name);
    return this.documents.create('Group', { key: { name }, document: { ...body, name }, exchange });
  }

  @Handles('showGroup')
  async show(@Param('group') name: string, @ExchangeOf() exchange: Exchange): Promise<GroupDocument> {
    await this.demandSight(name, exchange);
    return this.documents.show('Group', { name }, exchange.reply);
  }

  @Handles('putGroup')
  put(@Param('group') name: string, @Body() body: GroupBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Group'>> {
    return this.documents.put('Group', { key: { name }, document: { ...body, name: sameName('name', name, body.name) }, exchange });
  }

  @Handles('deleteGroup')
  remove(@Param('group') name: string, @ExchangeOf() exchange: Exchange): Promise<void> {
    return this.documents.remove('Group', { name }, exchange);
  }

  @Handles('groupHistory')
  async history(@Param('group') name: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    await this.demandSight(name, exchange);
    return this.documents.history('Group', { key: { name }, exchange, query });
  }

  private async demandSight(name: string, { caller }: Exchange): Promise<void> {
    if ((await this.permits.visibleSpaces(caller)) !== 'all') throw errors.notFound(`group "${name}"`);
  }
}
