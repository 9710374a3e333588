import { Body, Controller, Param, Query } from '@nestjs/common';
import { type EnvironmentDocument, errors } from '@edge/contracts';
import { EnvironmentBody, PageQuery } from '@edge/contracts/messages';
import { Handles, type Page, Permits } from '@edge/nest';
import { demandName, DocumentsOf, type Exchange, sameName, type ShownChange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';

/** Environments belong to the platform: whoever sees any space sees them, superusers change them. */
@Controller()
export class EnvironmentsController {
  constructor(private readonly documents: DocumentsOf, private readonly permits: Permits) {}

  @Handles('listEnvironments')
  async list(@Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<EnvironmentDocument>> {
    const seeing = await this.sees(exchange);
    return this.documents.list('Environment', { exchange, query, keep: async () => seeing });
  }

  @Handles('createEnvironment')
  create(@Body() body: EnvironmentBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Environment'>> {
    const name = demandName(body.name);
    return this.documents.create('Environment', { key: { name }, document: { ...body, name }, exchange });
  }

  @Handles('showEnvironment')
  async show(@Param('environment') name: string, @ExchangeOf() exchange: Exchange): Promise<EnvironmentDocument> {
    await this.demandSight(name, exchange);
    return this.documents.show('Environment', { name }, exchange.reply);
  }

  @Handles('putEnvironment')
  put(@Param('environment') name: string, @Body() body: EnvironmentBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Environment'>> {
    return this.documents.put('Environment', { key: { name }, document: { ...body, name: sameName('name', name, body.name) }, exchange });
  }

  @Handles('deleteEnvironment')
  remove(@Param('environment') name: string, @ExchangeOf() exchange: Exchange): Promise<void> {
    return this.documents.remove('Environment', { name }, exchange);
  }

  @Handles('environmentHistory')
  async history(@Param('environment') name: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    await this.demandSight(name, exchange);
    return this.documents.history('Environment', { key: { name }, exchange, query });
  }

  private async demandSight(name: string, exchange: Exchange): Promise<void> {
    if (!(await this.sees(exchange))) throw errors.notFound(`environment "${name}"`);
  }

  private async sees({ caller }: Exchange): Promise<boolean> {
    const visible = await this.permits.visibleSpaces(caller);
    return visible === 'all' || visible.length > 0;
  }
}
