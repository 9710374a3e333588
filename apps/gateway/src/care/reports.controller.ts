import { Controller, Headers, Query, Res } from '@nestjs/common';
import type { Caller } from '@edge/contracts';
import { ReportQuery } from '@edge/contracts/messages';
import { CallerOf, Handles, Permits } from '@edge/nest';
import type { SettableReply } from '../actions/http-shapes.js';
import { ActionReport, type ReportRow } from './action-report.js';

/** Figures of past actions, JSON or CSV. */
@Controller()
export class ReportsController {
  constructor(private readonly report: ActionReport, private readonly permits: Permits) {}

  @Handles('reportActions')
  async actions(@Query() query: ReportQuery, @Headers('accept') accept: string | undefined, @CallerOf() caller: Caller, @Res({ passthrough: true }) reply: SettableReply): Promise<{ by: string; items: ReportRow[] } | string> {
    const by = query.by ?? 'project';
    const items = await this.report.rows({ ...query, by }, await this.permits.visibleSpaces(caller));
    if (!accept?.startsWith('text/csv')) return { by, items };
    reply.header('content-type', 'text/csv; charset=utf-8');
    return csv(items);
  }
}

function csv(rows: ReportRow[]): string {
  const columns = ['key', 'count', 'completed', 'failed', 'cancelled', 'success_rate', 'median_seconds'] as const;
  return [columns.join(','), ...rows.map((row) => columns.map((column) => cell(row[column])).join(','))].join('\r\n') + '\r\n';
}

/** A cell that a spreadsheet would run is defused. */
function cell(value: string | number): string {
  const text = /^[=+\-@]/.test(String(value)) && typeof value === 'string' ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
