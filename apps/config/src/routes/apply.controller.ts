import { Body, Controller, Query, Req } from '@nestjs/common';
import { type Caller, type Documents as Kinds, errors, type Finding, type JsonObject, type Kind, kinds } from '@edge/contracts';
import { ApplyBody, ExportQuery } from '@edge/contracts/messages';
import { Handles, type EdgeRequest, Permits, type PermitQuestion } from '@edge/nest';
import { exportDocuments } from '../export/export-documents.js';
import { toYaml } from '../export/to-yaml.js';
import { ConfigurationStore } from '../store/configuration-store.js';
import { type Change, ConfigWriter } from '../writer/config-writer.js';
import type { Exchange } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';
import { readDocuments } from './read-documents.js';

/** One entry of the audit holds so many; the history of each document has the rest. */
const mostInAudit = 200;

/** Configuration as code. */
@Controller()
export class ApplyController {
  constructor(private readonly writer: ConfigWriter, private readonly store: ConfigurationStore, private readonly permits: Permits) {}

  /** Shows what differs and stores it, all or nothing. */
  @Handles('applyDocuments')
  async apply(@Body() { documents, dry_run: dryRun }: ApplyBody, @ExchangeOf() { caller, request }: Exchange): Promise<{ changes: Change[]; warnings: Finding[] }> {
    const { changes, warnings } = await this.writer.write(readDocuments(documents), { caller, mode: dryRun ? 'show' : 'store' });
    request.edge!.detail = { dry_run: dryRun ?? false, changes: changes.filter(({ change }) => change !== 'unchanged').slice(0, mostInAudit) };
    return { changes, warnings };
  }

  @Handles('exportDocuments')
  async export(@Query() { space }: ExportQuery, @Req() request: EdgeRequest, @ExchangeOf() { caller, reply }: Exchange): Promise<string | { documents: JsonObject[] }> {
    const visible = await this.permits.visibleSpaces(caller);
    if (space !== undefined && !(visible === 'all' ? await this.store.view.get('Space', { name: space }) : visible.includes(space))) throw errors.notFound(`space "${space}"`);
    const documents = exportDocuments(Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, await this.visible(kind, { caller, spaces: space === undefined ? visible : [space] })] as const))));
    if (!/yaml/.test(request.headers.accept ?? '')) return { documents };
    void reply.header('content-type', 'application/yaml; charset=utf-8');
    return toYaml(documents);
  }

  private async visible(kind: Kind, { caller, spaces }: { caller: Caller; spaces: 'all' | string[] }): Promise<Kinds[Kind][]> {
    const documents = await this.store.view.all(kind);
    if (spaces === 'all') return documents;
    const found = documents.filter((document) => belongs(kind, document, spaces));
    const allowed = await Promise.all(found.map((document) => this.permits.may(caller, neededFor(kind, document))));
    return found.filter((_document, index) => allowed[index]);
  }
}

/** What belongs to these spaces and to no other. */
function belongs(kind: Kind, document: object, wanted: string[]): boolean {
  const { space, name, spaces = [] } = document as { space?: string; name?: string; spaces?: string[] };
  if (kind === 'Space') return wanted.includes(name ?? '');
  if (kind === 'Host' || kind === 'Freeze' || kind === 'Policy') return spaces.length > 0 && spaces.every((one) => wanted.includes(one));
  return space !== undefined && wanted.includes(space);
}

function neededFor(kind: Kind, document: object): PermitQuestion {
  const { space, name, spaces = [] } = document as { space?: string; name?: string; spaces?: string[] };
  if (kind === 'Project') return { permission: 'see', space: space!, project: name! };
  return { permission: kind === 'Grant' ? 'manage-grants' : 'see', space: space ?? spaces[0] ?? name! };
}
