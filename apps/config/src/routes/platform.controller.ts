import { Body, Controller, Query } from '@nestjs/common';
import { errors, isObject, type JsonObject, type PlatformDocument } from '@edge/contracts';
import { PageQuery, PlatformBody } from '@edge/contracts/messages';
import { Handles, type Page, Permits } from '@edge/nest';
import { ConfigurationStore } from '../store/configuration-store.js';
import { retryWhenChanged } from '../writer/retry-when-changed.js';
import { DocumentsOf, type Exchange, type ShownChange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';
import { ifMatch } from './preconditions.js';

const key = { name: '' };

@Controller()
export class PlatformController {
  constructor(private readonly documents: DocumentsOf, private readonly store: ConfigurationStore, private readonly permits: Permits) {}

  /** Whoever sees a space sees what it rests on. */
  @Handles('showPlatform')
  async show(@ExchangeOf() { caller, reply }: Exchange): Promise<PlatformDocument> {
    await this.demandSight(caller);
    const found = await this.store.get<'Platform'>('Platform');
    if (found) void reply.header('etag', `"${found.version}"`);
    return found?.document.document ?? {};
  }

  @Handles('putPlatform')
  put(@Body() body: PlatformBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Platform'>> {
    return this.documents.put('Platform', { key, document: { ...body }, exchange });
  }

  @Handles('patchPlatform')
  patch(@Body() body: PlatformBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Platform'>> {
    const wanted = ifMatch(exchange.request);
    return retryWhenChanged(async () => {
      const found = await this.store.get<'Platform'>('Platform');
      const ifVersion = typeof wanted === 'number' ? wanted : (found?.version ?? 0);
      if (wanted !== undefined && !found) throw errors.versionMismatch('platform document', 0);
      return this.documents.write('Platform', { key, document: mergedKeys(found?.document.document ?? {}, { ...body }), exchange, ifVersion });
    });
  }

  @Handles('platformHistory')
  async history(@Query() query: PageQuery, @ExchangeOf() exchange: Exchange): Promise<Page<ShownChange>> {
    await this.demandSight(exchange.caller);
    return this.documents.history('Platform', { key, exchange, query });
  }

  private async demandSight(caller: Exchange['caller']): Promise<void> {
    const spaces = await this.permits.visibleSpaces(caller);
    if (spaces !== 'all' && spaces.length === 0) throw errors.forbidden('see on any space');
  }
}

/** One level deep: `config` and the maps merge key by key; null removes a key. */
export function mergedKeys<T extends object>(document: T, patch: object): T {
  const merged = { ...document } as Record<string, unknown>;
  for (const [field, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    merged[field] = isObject(value) ? withoutNull({ ...(isObject(merged[field]) ? merged[field] : {}), ...value }) : value;
  }
  return merged as T;
}

function withoutNull(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
