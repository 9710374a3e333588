import type { SQLInputValue } from 'node:sqlite';
import type { DetailDocument, SummaryDocument } from '@edge/contracts';
import type { LogQuery } from '@edge/ports';
import type { Statements } from './statements.js';

/** A query with its words found and its cursor opened: the position after which to go on. */
export interface LogSearch extends Omit<LogQuery, 'q' | 'cursor'> { words?: string[]; after?: Position }

export type Position = [at: number, name: string, offset: number, stream: number];

export interface Found { document: SummaryDocument | DetailDocument; position: Position }

interface Part { text: string; values: SQLInputValue[] }
const part = (text: string, ...values: SQLInputValue[]): Part => ({ text, values });

interface LineRow {
  at: number; offset: number; stream: number; newline: number; text: string; more: string | null;
  command: string; host: string; step: string; id: string; space: string; project: string; type: string; actor: string;
}

/** Documents that match everything asked, by time, command, offset; summaries by time and id. */
export function searchLog(sql: Statements, search: LogSearch): Found[] {
  return search.kind === 'detail' ? lines(sql, search) : summaries(sql, search);
}

/** How many lines match, whatever the limit. */
export function countLines(sql: Statements, search: LogSearch): number {
  const matching = matchingLines(sql, search);
  return matching ? sql.get<{ total: number }>(`SELECT count(*) AS total FROM ${linesFrom} WHERE ${matching.text}`, ...matching.values)!.total : 0;
}

const linesFrom = 'lines l JOIN commands c ON c.command = l.command JOIN actions a ON a.action = l.action';

function lines(sql: Statements, search: LogSearch): Found[] {
  const matching = matchingLines(sql, search);
  if (!matching) return [];
  const { to } = direction(search);
  const rows = sql.all<LineRow>(`SELECT l.at, l.offset, l.stream, l.newline, l.text, l.more, c.id AS command, c.host, c.step, a.id, a.space, a.project, a.type, a.actor
    FROM ${linesFrom} WHERE ${matching.text} ORDER BY l.at ${to}, c.id ${to}, l.offset ${to}, l.stream ${to} LIMIT ?`, ...matching.values, search.limit);
  return rows.map((row) => ({ document: detailOf(row), position: [row.at, row.command, row.offset, row.stream] }));
}

/** Undefined when nothing can match. */
function matchingLines(sql: Statements, search: LogSearch): Part | undefined {
  const ofAction = scope(sql, search);
  if (!ofAction) return undefined;
  const { beyond } = direction(search);
  const stream = search.stream && part('l.stream = ?', search.stream === 'stdout' ? 1 : 2);
  const range = search.words && part('l.line IN (SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?)', phrase(search.words), ofAction.first, ofAction.last);
  return together([
    ...ofAction.parts('l'), part('1'), stream, range, search.host && part('c.host = ?', search.host), search.step && part('c.step = ?', search.step), search.command && part('c.id = ?', search.command),
    search.after && part(`l.at ${beyond}= ? AND (l.at, c.id, l.offset, l.stream) ${beyond} (?, ?, ?, ?)`, search.after[0], ...search.after),
  ]);
}

function summaries(sql: Statements, search: LogSearch): Found[] {
  const ofAction = scope(sql, search);
  if (!ofAction || search.command || search.stream) return [];
  const { beyond, to } = direction(search);
  const { text, values } = together([
    ...ofAction.parts('s'), part('1'), search.host && part('s.host = ?', search.host), search.step && part('s.step = ?', search.step), search.level && part('s.level = ?', search.level),
    search.words && part('s.summary IN (SELECT rowid FROM summary_words WHERE summary_words MATCH ?)', phrase(search.words)),
    search.after && part(`(s.at, s.id) ${beyond} (?, ?)`, search.after[0], search.after[1]),
  ]);
  const rows = sql.all<{ at: number; id: string; body: string }>(
    `SELECT s.at, s.id, s.body FROM summaries s JOIN actions a ON a.action = s.action WHERE ${text} ORDER BY s.at ${to}, s.id ${to} LIMIT ?`, ...values, search.limit);
  return rows.map((row) => ({ document: JSON.parse(row.body) as SummaryDocument, position: [row.at, row.id, 0, 0] }));
}

const direction = ({ newest }: LogSearch) => (newest ? { beyond: '<', to: 'DESC' } : { beyond: '>', to: 'ASC' });

interface Scope { first: number; last: number; parts(table: string): Part[] }

/** The one action or the visible spaces; undefined when nothing of it is indexed. */
function scope(sql: Statements, { action, spaces }: LogSearch): Scope | undefined {
  const visible = spaces ? [part('a.space IN (SELECT value FROM json_each(?))', JSON.stringify(spaces))] : [];
  if (action === undefined) return { first: 0, last: Number.MAX_SAFE_INTEGER, parts: () => visible };
  const row = sql.get<{ action: number; first_line: number | null; last_line: number | null }>('SELECT action, first_line, last_line FROM actions WHERE id = ?', action);
  return row && { first: row.first_line ?? 0, last: row.last_line ?? 0, parts: (table) => [part(`${table}.action = ?`, row.action), ...visible] };
}

function together(parts: (Part | undefined | '')[]): Part {
  const given = parts.filter((entry) => typeof entry === 'object');
  return { text: given.map((entry) => entry.text).join(' AND '), values: given.flatMap((entry) => entry.values) };
}

/** Words are letters and digits only, so quoting makes each one term. */
const phrase = (words: string[]): string => words.map((word) => `"${word}"`).join(' AND ');

function detailOf(row: LineRow): DetailDocument {
  const stream = row.stream === 1 ? 'stdout' : 'stderr';
  return {
    id: `${row.command}:${stream}:${row.offset}`, correlation_id: row.id, space: row.space, project: row.project, type: row.type, actor: row.actor, at: new Date(row.at).toISOString(),
    host: row.host, step: row.step, command_id: row.command, stream, offset: row.offset, text: row.text, newline: row.newline === 1,
    ...(row.more ? (JSON.parse(row.more) as Partial<DetailDocument>) : {}),
  };
}
