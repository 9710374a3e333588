import { Body, Controller, Param, Query } from '@nestjs/common';
import { type Caller, errors, type GrantDocument } from '@edge/contracts';
import { GrantBody, PageQuery } from '@edge/contracts/messages';
import { Handles, type Page, Permits } from '@edge/nest';
import { DocumentsOf, type Exchange, type ShownChange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';
import { grantId } from './grant-id.js';

/** Grants, shown to those who manage them where they reach, and to their holders. */
@Controller()
export class GrantsController {
  constructor(private readonly documents: DocumentsOf, private readonly permits: Permits) {}

  @Handles('listGrants')
  list(@Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<GrantDocument>> {
    return this.documents.list('Grant', { exchange, query, keep: (grant) => this.sees(exchange.caller, grant) });
  }

  @Handles('createGrant')
  create(@Body() body: GrantBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Grant'>> {
    const document: GrantDocument = { ...body, id: grantId(body) };
    return this.documents.create('Grant', { key: { name: document.id! }, document, exchange });
  }

  @Handles('showGrant')
  async show(@Param('grant') name: string, @ExchangeOf() exchange: Exchange): Promise<GrantDocument> {
    await this.demandSight(name, exchange);
    return this.documents.show('Grant', { name }, exchange.reply);
  }

  @Handles('deleteGrant')
  async remove(@Param('grant') name: string, @ExchangeOf() exchange: Exchange): Promise<void> {
    await this.demandSight(name, exchange);
    return this.documents.remove('Grant', { name }, exchange);
  }

  @Handles('grantHistory')
  async history(@Param('grant') name: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    await this.demandSight(name, exchange);
    return this.documents.history('Grant', { key: { name }, exchange, query });
  }

  private async sees(caller: Caller, { who, space }: GrantDocument): Promise<boolean> {
    if (who.toLowerCase() === caller.subject.toLowerCase() || (await this.permits.visibleSpaces(caller)) === 'all') return true;
    return space !== undefined && this.permits.may(caller, { permission: 'manage-grants', space });
  }

  private async demandSight(name: string, { caller }: Exchange): Promise<void> {
    const { document } = await this.documents.found('Grant', { name });
    if (!(await this.sees(caller, document.document))) throw errors.notFound(`grant "${name}"`);
  }
}
