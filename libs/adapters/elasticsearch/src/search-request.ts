import type { estypes } from '@elastic/elasticsearch';
import { errors, idTime } from '@edge/contracts';
import type { LogQuery } from '@edge/ports';
import { indexOf } from './index-names.js';

/** Where found words begin and end in a highlighted text. */
const [pre, post] = ['\u{E000}', '\u{E001}'];

const sorts = { detail: ['at', 'command_id', 'offset', 'stream'], summary: ['at', 'id'] } as const;

/** A query as Elasticsearch takes it. Pages go on after the last hit's sort values: documents are only added, so no snapshot is held. */
export function searchRequest(prefix: string, query: LogQuery): estypes.SearchRequest {
  const { kind, q, limit, cursor, action, newest } = query;
  const [searched, shown] = kind === 'detail' ? ['text', 'text'] : ['words', 'message'];
  return {
    index: indexFor(prefix, query), ignore_unavailable: true, allow_no_indices: true, track_total_hits: isCounted(query), size: limit,
    ...(action === undefined ? {} : { routing: action }),
    query: { bool: { filter: filters(query), ...(q === undefined || q.trim() === '' ? {} : { must: { match: { [searched as string]: { query: q, operator: 'and' } } } }) } },
    sort: sorts[kind].map((field) => ({ [field]: newest ? 'desc' as const : 'asc' as const })),
    ...(q === undefined ? {} : { highlight: { pre_tags: [pre], post_tags: [post], number_of_fragments: 0, require_field_match: false, fields: { [shown as string]: {} } } }),
    ...(cursor === undefined ? {} : { search_after: opened(cursor, sorts[kind].length) }),
  };
}

export function isCounted({ kind, newest = false, cursor }: LogQuery): boolean {
  return newest && kind === 'detail' && cursor === undefined;
}

/** One action lies in one index. */
function indexFor(prefix: string, { kind, action }: LogQuery): string {
  const one = action !== undefined && !Number.isNaN(idTime(action)) ? indexOf(kind, { prefix, action, at: '' }) : undefined;
  return one ?? `${prefix}-${kind}-*`;
}

function filters({ kind, action, spaces, host, step, command, stream, level }: LogQuery): estypes.QueryDslQueryContainer[] {
  const wanted = { correlation_id: action, host, step, command_id: command, stream, ...(kind === 'summary' ? { level } : {}) };
  const terms = Object.entries(wanted).flatMap(([field, value]) => (value === undefined ? [] : [{ term: { [field]: value } }]));
  return [...terms, ...(spaces ? [{ terms: { space: spaces } }] : [])];
}

export function cursorOf(sort: estypes.SortResults): string {
  return Buffer.from(JSON.stringify(sort)).toString('base64url');
}

function opened(cursor: string, length: number): estypes.SortResults {
  const values = parsed(Buffer.from(cursor, 'base64url').toString());
  const isOurs = Array.isArray(values) && values.length === length && values.every((value) => typeof value === 'string' || typeof value === 'number');
  if (!isOurs) throw errors.invalidField('/cursor', 'This cursor was not made by this list.');
  return values as estypes.SortResults;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
