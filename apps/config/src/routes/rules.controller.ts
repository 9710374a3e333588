import { Body, Controller, Param, Query } from '@nestjs/common';
import { errors, type FreezeDocument, type PolicyDocument } from '@edge/contracts';
import { FreezeBody, PageQuery, PolicyBody } from '@edge/contracts/messages';
import { Handles, type Page, Permits } from '@edge/nest';
import { demandName, DocumentsOf, type Exchange, sameName, type ShownChange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';

interface Ruled { spaces?: string[] }

/** Freeze windows and command rules. One that names spaces is shown to those who see one of them. */
@Controller()
export class RulesController {
  constructor(private readonly documents: DocumentsOf, private readonly permits: Permits) {}

  @Handles('listFreezes')
  async freezes(@Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<FreezeDocument>> {
    const sees = await this.sight(exchange);
    return this.documents.list('Freeze', { exchange, query, keep: async (freeze) => sees(freeze) });
  }

  @Handles('createFreeze')
  createFreeze(@Body() body: FreezeBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Freeze'>> {
    const name = demandName(body.name);
    return this.documents.create('Freeze', { key: { name }, document: { ...body, name }, exchange });
  }

  @Handles('showFreeze')
  async freeze(@Param('freeze') name: string, @ExchangeOf() exchange: Exchange): Promise<FreezeDocument> {
    await this.demandSight('Freeze', name, exchange);
    return this.documents.show('Freeze', { name }, exchange.reply);
  }

  @Handles('putFreeze')
  putFreeze(@Param('freeze') name: string, @Body() body: FreezeBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Freeze'>> {
    return this.documents.put('Freeze', { key: { name }, document: { ...body, name: sameName('name', name, body.name) }, exchange });
  }

  @Handles('deleteFreeze')
  async removeFreeze(@Param('freeze') name: string, @ExchangeOf() exchange: Exchange): Promise<void> {
    await this.demandSight('Freeze', name, exchange);
    return this.documents.remove('Freeze', { name }, exchange);
  }

  @Handles('freezeHistory')
  async freezeHistory(@Param('freeze') name: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    await this.demandSight('Freeze', name, exchange);
    return this.documents.history('Freeze', { key: { name }, exchange, query });
  }

  @Handles('listPolicies')
  async policies(@Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<PolicyDocument>> {
    const sees = await this.sight(exchange);
    return this.documents.list('Policy', { exchange, query, keep: async (policy) => sees(policy) });
  }

  @Handles('createPolicy')
  createPolicy(@Body() body: PolicyBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Policy'>> {
    const name = demandName(body.name);
    return this.documents.create('Policy', { key: { name }, document: { ...body, name }, exchange });
  }

  @Handles('showPolicy')
  async policy(@Param('policy') name: string, @ExchangeOf() exchange: Exchange): Promise<PolicyDocument> {
    await this.demandSight('Policy', name, exchange);
    return this.documents.show('Policy', { name }, exchange.reply);
  }

  @Handles('putPolicy')
  putPolicy(@Param('policy') name: string, @Body() body: PolicyBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Policy'>> {
    return this.documents.put('Policy', { key: { name }, document: { ...body, name: sameName('name', name, body.name) }, exchange });
  }

  @Handles('deletePolicy')
  removePolicy(@Param('policy') name: string, @ExchangeOf() exchange: Exchange): Promise<void> {
    return this.documents.remove('Policy', { name }, exchange);
  }

  @Handles('policyHistory')
  async policyHistory(@Param('policy') name: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    await this.demandSight('Policy', name, exchange);
    return this.documents.history('Policy', { key: { name }, exchange, query });
  }

  private async sight({ caller }: Exchange): Promise<(ruled: Ruled) => boolean> {
    const visible = await this.permits.visibleSpaces(caller);
    return ({ spaces = [] }) => visible === 'all' || (spaces.length === 0 ? visible.length > 0 : spaces.some((space) => visible.includes(space)));
  }

  private async demandSight(kind: 'Freeze' | 'Policy', name: string, exchange: Exchange): Promise<void> {
    const found = (await this.documents.found(kind, { name })).document.document as Ruled;
    if (!(await this.sight(exchange))(found)) throw errors.notFound(`${kind.toLowerCase()} "${name}"`);
  }
}
