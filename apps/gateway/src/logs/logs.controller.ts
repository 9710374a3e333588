import { Controller, Headers, Param, Query, Res } from '@nestjs/common';
import { type DetailDocument, errors, type SummaryDocument } from '@edge/contracts';
import { LogsQuery, OutputQuery } from '@edge/contracts/messages';
import { Handles, type Page } from '@edge/nest';
import { LogIndex } from '@edge/ports';
import { ActionReader } from '../actions/action-reader.js';
import type { RawReply } from '../live/event-stream.js';
import { outputBytes, rangeOf } from './output-bytes.js';

type LogDocument = (SummaryDocument | DetailDocument) & { highlight?: string };

/** What an action left in the log index. */
@Controller()
export class LogsController {
  constructor(private readonly index: LogIndex, private readonly reader: ActionReader) {}

  @Handles('readActionLogs')
  async logs(@Param('id') action: string, @Query() { format, newest, ...query }: LogsQuery, @Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: RawReply & { type(mime: string): unknown }): Promise<(Page<LogDocument> & { total?: number }) | undefined> {
    const wanted = { ...query, newest: newest === 'true', action, kind: query.kind ?? (query.level ? 'summary' : 'detail') }; // lines of output have no level
    if (format === 'text' || accept?.startsWith('text/plain')) {
      await this.download(wanted, reply);
      return undefined;
    }
    const { hits, cursor, total } = await this.index.search({ ...wanted, limit: query.limit ?? 100 });
    return { items: hits.map(({ document, highlight }) => ({ ...document, ...(highlight ? { highlight } : {}) })), ...(cursor ? { next_cursor: cursor } : {}), ...(total === undefined ? {} : { total }) };
  }

  @Handles('readCommandOutput')
  async output(@Param('id') action: string, @Param('command') command: string, @Query() query: OutputQuery, @Headers('range') range: string | undefined, @Res() reply: RawReply & { header(name: string, value: string): unknown }): Promise<void> {
    const bytes = await outputBytes(this.index, { action, command, stream: query.stream ?? 'stdout' });
    if (bytes.length === 0) await this.demandCommand(action, command);
    const part = rangeOf(range, bytes.length);
    if (part === 'outside') {
      reply.header('content-range', `bytes */${bytes.length}`);
      throw errors.rangeNotSatisfiable(bytes.length);
    }
    reply.hijack();
    const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' };
    if (!part) return void reply.raw.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes);
    reply.raw.writeHead(206, { ...headers, 'content-length': part.end - part.start + 1, 'content-range': `bytes ${part.start}-${part.end}/${bytes.length}` }).end(bytes.subarray(part.start, part.end + 1));
  }

  /** Nothing was written, or there is no such command? */
  private async demandCommand(action: string, command: string): Promise<void> {
    const { view } = await this.reader.read(action);
    if (!view.hosts.some(({ commands }) => commands.some(({ command_id: id }) => id === command))) throw errors.notFound(`command ${command} in action ${action}`);
  }

  /** Every line as text, page after page; a slow reader holds the search back. What is wrong with the question shows with the first page, before the answer begins. */
  private async download(wanted: Omit<Parameters<LogIndex['search']>[0], 'limit'>, reply: RawReply): Promise<void> {
    const pageAt = (cursor?: string) => this.index.search({ ...wanted, limit: 1_000, ...(cursor ? { cursor } : {}) });
    let page = await pageAt(wanted.cursor);
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    for (;;) {
      for (const { document } of page.hits) if (!reply.raw.write(`${plainLine(document)}\n`)) await new Promise((resolve) => reply.raw.once('drain', resolve).once('close', resolve));
      if (!page.cursor || reply.raw.destroyed) break;
      page = await pageAt(page.cursor);
    }
    reply.raw.end();
  }
}

function plainLine(document: SummaryDocument | DetailDocument): string {
  if ('text' in document) return `${document.at} ${document.host} ${document.step} ${document.stream} ${document.text}`;
  return `${document.at} ${document.host} ${document.step} ${document.status} ${document.message ?? ''}`.trimEnd();
}
