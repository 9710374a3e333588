import { Body, Controller, Query, Req } from '@nestjs/common';
import { errors, type Finding, type JsonObject, type Kind, kinds } from '@edge/contracts';
import { ApplyBody, ExportQuery } from '@edge/contracts/messages';
import { Handles, Permits, type EdgeRequest } from '@edge/nest';
import { exportDocuments } from '../export/export-documents.js';
import { toYaml } from '../export/to-yaml.js';
import { ConfigurationStore } from '../store/configuration-store.js';
import { type Change, ConfigWriter } from '../writer/config-writer.js';
import type { Exchange } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';
import { readDocuments } from './read-documents.js';

/** Configuration as code. */
@Controller()
export class ApplyController {
  constructor(private readonly writer: ConfigWriter, private readonly store: ConfigurationStore, private readonly permits: Permits) {}

  /** Shows what differs and stores it, all or nothing. */
  @Handles('applyDocuments')
  async apply(@Body() { documents, dry_run: dryRun }: ApplyBody, @ExchangeOf() { caller }: Exchange): Promise<{ changes: Change[]; warnings: Finding[] }> {
    const { changes, warnings } = await this.writer.write(readDocuments(documents), { caller, mode: dryRun ? 'show' : 'store' });
    return { changes, warnings };
  }

  @Handles('exportDocuments')
  async export(@Query() { space }: ExportQuery, @Req() request: EdgeRequest, @ExchangeOf() { caller, reply }: Exchange): Promise<string | { documents: JsonObject[] }> {
    const visible = await this.permits.visibleSpaces(caller);
    if (space !== undefined && visible !== 'all' && !visible.includes(space)) throw errors.notFound(`space "${space}"`);
    const wanted = space === undefined ? visible : [space];
    const found = Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, (await this.store.view.all(kind)).filter((document) => belongs(kind, document, wanted))] as const)));
    const documents = exportDocuments(found);
    if (!/yaml/.test(request.headers.accept ?? '')) return { documents };
    void reply.header('content-type', 'application/yaml; charset=utf-8');
    return toYaml(documents);
  }
}

/** Who sees everything gets everything; else what belongs to the spaces alone. */
function belongs(kind: Kind, document: object, spaces: 'all' | string[]): boolean {
  if (spaces === 'all') return true;
  const { space, name, spaces: several = [] } = document as { space?: string; name?: string; spaces?: string[] };
  if (kind === 'Space') return spaces.includes(name ?? '');
  if (kind === 'Host') return several.every((one) => spaces.includes(one));
  return (kind === 'Project' || kind === 'Trigger') && spaces.includes(space ?? '');
}
