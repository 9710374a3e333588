import { Body, Controller, type OnModuleInit, Param, Query } from '@nestjs/common';
import { type HostDocument } from '@edge/contracts';
import { HostBody, HostsQuery, PageQuery } from '@edge/contracts/messages';
import { Handles, type Page, Permits, Scopes } from '@edge/nest';
import { ConfigurationStore } from '../store/configuration-store.js';
import { demandName, DocumentsOf, type Exchange, sameName, type ShownChange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';

/** Hosts, each seen from its spaces alone. */
@Controller()
export class HostsController implements OnModuleInit {
  constructor(private readonly documents: DocumentsOf, private readonly store: ConfigurationStore, private readonly permits: Permits, private readonly scopes: Scopes) {}

  onModuleInit(): void {
    this.scopes.register('host', async (name) => (await this.store.view.get('Host', { name }))?.spaces.map((space) => ({ space })));
  }

  @Handles('listHosts')
  async list(@Query() query: HostsQuery, @ExchangeOf() exchange: Exchange): Promise<Page<HostDocument>> {
    const { space, zone, pool } = query;
    const visible = await this.permits.visibleSpaces(exchange.caller);
    const where = { ...(space ? { spaces: space } : {}), ...(zone ? { zone } : {}), ...(pool ? { pools: pool } : {}) };
    const page = await this.documents.list('Host', { exchange, query, where, keep: async ({ spaces }) => (space === undefined ? spaces : [space]).some((one) => visible === 'all' || visible.includes(one)) });
    return { ...page, items: page.items.map((host) => cutTo(host, visible)) };
  }

  @Handles('createHost')
  create(@Body() body: HostBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Host'>> {
    const name = demandName(body.name);
    return this.documents.create('Host', { key: { name }, document: { ...body, name }, exchange });
  }

  @Handles('showHost')
  async show(@Param('host') name: string, @ExchangeOf() { caller, reply }: Exchange): Promise<HostDocument> {
    return cutTo(await this.documents.show('Host', { name }, reply), await this.permits.visibleSpaces(caller));
  }

  @Handles('putHost')
  put(@Param('host') name: string, @Body() body: HostBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Host'>> {
    return this.documents.put('Host', { key: { name }, document: { ...body, name: sameName('name', name, body.name) }, exchange });
  }

  @Handles('deleteHost')
  remove(@Param('host') name: string, @ExchangeOf() exchange: Exchange): Promise<void> {
    return this.documents.remove('Host', { name }, exchange);
  }

  @Handles('hostHistory')
  history(@Param('host') name: string, @Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    return this.documents.history('Host', { key: { name }, exchange, query });
  }
}

/** The names of foreign spaces are nobody's business. */
export function cutTo(host: HostDocument, visible: 'all' | string[]): HostDocument {
  return visible === 'all' ? host : { ...host, spaces: host.spaces.filter((space) => visible.includes(space)) };
}
