import type { DetailDocument, LogContext, SummaryDocument } from '@edge/contracts';
import type { Statements } from './statements.js';

type Refused = { id: string; reason: string };

/** Puts log documents in; a document that is there already changes nothing. Numbers of actions and commands are kept in memory while they are written. */
export class LogWriter {
  private readonly sql: Statements;
  private readonly actions = new Map<string, number>();
  private readonly commands = new Map<string, number>();

  constructor(sql: Statements) {
    this.sql = sql;
  }

  index({ summaries, details }: { summaries: SummaryDocument[]; details: Iterable<DetailDocument> }): Refused[] {
    const ranges = new Map<number, number>();
    const refused = summaries.map((summary) => this.summary(summary));
    for (const detail of details) refused.push(this.line(detail, ranges));
    for (const [action, line] of ranges) this.sql.run('UPDATE actions SET first_line = min(coalesce(first_line, ?), ?), last_line = max(coalesce(last_line, 0), ?) WHERE action = ?', line, line, this.lastLine, action);
    return refused.filter((entry) => entry !== undefined);
  }

  /** After a transaction was undone, and when actions were pruned: what was numbered may not be there. */
  forget(): void {
    this.actions.clear();
    this.commands.clear();
  }

  private lastLine = 0;

  private line(detail: DetailDocument, ranges: Map<number, number>): Refused | undefined {
    const at = Date.parse(detail.at);
    const why = lineFault(detail, at);
    if (why) return { id: String(detail.id), reason: why };
    const action = this.action(detail);
    const { stream, offset, text, newline } = detail;
    const { changes, lastId } = this.sql.run(
      'INSERT INTO lines (command, stream, offset, action, at, newline, text, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      this.command(detail, action), stream === 'stdout' ? 1 : 2, offset, action, at, newline === false ? 0 : 1, text, further(detail),
    );
    if (changes === 0) return undefined;
    this.sql.run('INSERT INTO words (rowid, text) VALUES (?, ?)', lastId, text);
    this.lastLine = lastId;
    if (!ranges.has(action)) ranges.set(action, lastId);
    return undefined;
  }

  private summary(summary: SummaryDocument): Refused | undefined {
    const at = Date.parse(summary.at);
    if (Number.isNaN(at) || !Number.isInteger(summary.version)) return { id: String(summary.id), reason: 'Its time or version cannot be read.' };
    const action = this.action(summary);
    const row = this.sql.get<{ summary: number }>(
      `INSERT INTO summaries (id, version, action, at, host, step, level, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, at = excluded.at, level = excluded.level, body = excluded.body WHERE excluded.version > version RETURNING summary`,
      summary.id, summary.version, action, at, summary.host, summary.step, summary.level, JSON.stringify(summary));
    if (row) this.sql.run('INSERT OR REPLACE INTO summary_words (rowid, text) VALUES (?, ?)', row.summary, [summary.host, summary.step, summary.message ?? ''].join('\n'));
    return undefined;
  }

  private action({ correlation_id: id, space, project, type, actor, at }: LogContext): number {
    return this.numbered(this.actions, id, () => {
      this.sql.run('INSERT INTO actions (id, time, space, project, type, actor) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', id, timeOf(id, at), space, project, type, actor);
      return this.sql.get<{ n: number }>('SELECT action AS n FROM actions WHERE id = ?', id)?.n ?? 0;
    });
  }

  private command({ command_id: id, host, step }: DetailDocument, action: number): number {
    return this.numbered(this.commands, id, () => {
      this.sql.run('INSERT INTO commands (id, action, host, step) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', id, action, host, step);
      return this.sql.get<{ n: number }>('SELECT command AS n FROM commands WHERE id = ?', id)?.n ?? 0;
    });
  }

  private numbered(numbers: Map<string, number>, id: string, look: () => number): number {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    if (numbers.size >= 10_000) numbers.clear();
    const number = look();
    numbers.set(id, number);
    return number;
  }
}

const columns = new Set(['id', 'correlation_id', 'space', 'project', 'type', 'actor', 'at', 'host', 'step', 'command_id', 'stream', 'offset', 'newline', 'text']);

/** JSON of what has no column; null for most lines. */
function further(detail: DetailDocument): string | null {
  const rest = Object.entries(detail).filter(([name, value]) => !columns.has(name) && value !== undefined);
  return rest.length > 0 ? JSON.stringify(Object.fromEntries(rest)) : null;
}

/** The action's own time: its id is a UUID of version 7; of another id, the time of its first document. */
function timeOf(id: string, at: string): number {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : Date.parse(at);
}

function lineFault({ id, command_id, stream, offset, text }: DetailDocument, at: number): string | undefined {
  if (Number.isNaN(at)) return 'Its time cannot be read.';
  if (stream !== 'stdout' && stream !== 'stderr') return 'Its stream is neither stdout nor stderr.';
  if (typeof text !== 'string') return 'It has no text.';
  if (!Number.isSafeInteger(offset) || offset < 0) return 'Its offset is no whole number.';
  return id === `${command_id}:${stream}:${offset}` ? undefined : 'Its id is not <command>:<stream>:<offset>.';
}
