import { Body, Controller, Param, Query } from '@nestjs/common';
import type { SpaceDocument } from '@edge/contracts';
import { PageQuery, SpaceBody } from '@edge/contracts/messages';
import { Handles, type Page, Permits } from '@edge/nest';
import { demandName, DocumentsOf, type Exchange, sameName, type ShownChange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';

@Controller()
export class SpacesController {
  constructor(private readonly documents: DocumentsOf, private readonly permits: Permits) {}

  @Handles('listSpaces')
  async list(@Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<SpaceDocument>> {
    const visible = await this.permits.visibleSpaces(exchange.caller);
    return this.documents.list('Space', { exchange, query, keep: async ({ name }) => visible === 'all' || visible.includes(name) });
  }

  @Handles('createSpace')
  create(@Body() body: SpaceBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Space'>> {
    const name = demandName(body.name);
    return this.documents.create('Space', { key: { name }, document: { ...body, name }, exchange });
  }

  @Handles('showSpace')
  show(@Param('space') name: string, @ExchangeOf() { reply }: Exchange): Promise<SpaceDocument> {
    return this.documents.show('Space', { name }, reply);
  }

  @Handles('putSpace')
  put(@Param('space') name: string, @Body() body: SpaceBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Space'>> {
    return this.documents.put('Space', { key: { name }, document: { ...body, name: sameName('name', name, body.name) }, exchange });
  }

  @Handles('deleteSpace')
  remove(@Param('space') name: string, @ExchangeOf() exchange: Exchange): Promise<void> {
    return this.documents.remove('Space', { name }, exchange);
  }

  @Handles('spaceHistory')
  history(@Param('space') name: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    return this.documents.history('Space', { key: { name }, exchange, query });
  }
}
