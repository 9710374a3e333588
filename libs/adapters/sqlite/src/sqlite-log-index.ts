import { type DetailDocument, errors, type SummaryDocument } from '@edge/contracts';
import { type LogHit, LogIndex, type LogQuery } from '@edge/ports';
import { highlight, wordsOf } from './highlight.js';
import { packLines } from './packed-lines.js';
import type { SqliteThread } from './sqlite-thread.js';
import type { Found, Position } from './worker/search-log.js';

const PRUNE_AT_ONCE = 5000;

/** The log index in log.db. */
export class SqliteLogIndex extends LogIndex {
  constructor(private readonly thread: SqliteThread) {
    super();
  }

  override index({ summaries, details }: { summaries: SummaryDocument[]; details: DetailDocument[] }): Promise<{ id: string; reason: string }[]> {
    return this.thread.call('log.index', { summaries, lines: packLines(details) });
  }

  override async search({ q, cursor, ...query }: LogQuery): Promise<{ hits: LogHit[]; cursor?: string; total?: number }> {
    const words = q === undefined || q.trim() === '' ? undefined : wordsOf(q);
    if (words?.length === 0) return { hits: [] };
    const search = { ...query, words, after: cursor === undefined ? undefined : opened(cursor) };
    const found = await this.thread.call<Found[]>('log.search', search);
    const last = found.at(-1);
    const counted = query.newest && query.kind === 'detail' && cursor === undefined;
    return {
      hits: found.map(({ document }) => hit(document, words)),
      ...(last && found.length === query.limit ? { cursor: Buffer.from(JSON.stringify(last.position)).toString('base64url') } : {}),
      ...(counted ? { total: await this.thread.call<number>('log.count', search) } : {}),
    };
  }

  override async prune(beforeMs: number): Promise<void> {
    while (!(await this.thread.call<boolean>('log.prune', { beforeMs, limit: PRUNE_AT_ONCE })));
    await this.thread.call('file.shrink');
  }

  override health(): Promise<{ ok: boolean; detail: string }> {
    return this.thread.health();
  }

  /** Nothing of its own to close: `openSqlite` answers the function that closes the file. */
  override async close(): Promise<void> {}
}

function hit(document: SummaryDocument | DetailDocument, words: string[] | undefined): LogHit {
  const text = 'text' in document ? document.text : document.message;
  const marked = words && text !== undefined ? highlight(text, words) : undefined;
  return { document, ...(marked === undefined ? {} : { highlight: marked }) };
}

function opened(cursor: string): Position {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(position) && position.length === 4) return position as Position;
  } catch {
    // Not ours: said below.
  }
  throw errors.invalidField('/cursor', 'This cursor was not made by this list.');
}
