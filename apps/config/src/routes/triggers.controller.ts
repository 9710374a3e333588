import { Body, Controller, Param, Query } from '@nestjs/common';
import type { TriggerDocument } from '@edge/contracts';
import { PageQuery, TriggerBody } from '@edge/contracts/messages';
import { Handles, type Page } from '@edge/nest';
import { demandName, DocumentsOf, type Exchange, sameName, type ShownChange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';

@Controller()
export class TriggersController {
  constructor(private readonly documents: DocumentsOf) {}

  @Handles('listTriggers')
  list(@Param('space') space: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<TriggerDocument>> {
    return this.documents.list('Trigger', { exchange, query, where: { space } });
  }

  @Handles('createTrigger')
  create(@Param('space') space: string, @Body() body: TriggerBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Trigger'>> {
    const name = demandName(body.name);
    return this.documents.create('Trigger', { key: { space, name }, document: { ...body, space: sameName('space', space, body.space), name }, exchange });
  }

  @Handles('showTrigger')
  show(@Param('space') space: string, @Param('trigger') name: string, @ExchangeOf() { reply }: Exchange): Promise<TriggerDocument> {
    return this.documents.show('Trigger', { space, name }, reply);
  }

  @Handles('putTrigger')
  put(@Param('space') space: string, @Param('trigger') name: string, @Body() body: TriggerBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Trigger'>> {
    return this.documents.put('Trigger', { key: { space, name }, document: { ...body, space: sameName('space', space, body.space), name: sameName('name', name, body.name) }, exchange });
  }

  @Handles('deleteTrigger')
  remove(@Param('space') space: string, @Param('trigger') name: string, @ExchangeOf() exchange: Exchange): Promise<void> {
    return this.documents.remove('Trigger', { space, name }, exchange);
  }

  @Handles('triggerHistory')
  history(@Param('space') space: string, @Param('trigger') name: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    return this.documents.history('Trigger', { key: { space, name }, exchange, query });
  }
}
