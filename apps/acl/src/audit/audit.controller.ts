import { Controller, Query, Req, Res } from '@nestjs/common';
import { AuditQuery } from '@edge/contracts/messages';
import { type EdgeReply, type EdgeRequest, fillPage, Handles, linked, type Page } from '@edge/nest';
import type { ChainedEntry } from './audit-chain.js';
import { AuditService } from './audit.service.js';

@Controller()
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Handles('listAudit')
  async list(@Query() query: AuditQuery, @Req() request: EdgeRequest, @Res({ passthrough: true }) reply: EdgeReply): Promise<Page<ChainedEntry>> {
    const { subject, what, space, since, until } = query;
    const where = { ...(subject ? { subject } : {}), ...(what ? { what } : {}), ...(space ? { space } : {}), ...(since || until ? { at: { ...(since ? { from: utc(since) } : {}), ...(until ? { to: utc(until) } : {}) } } : {}) };
    const { rows, ...rest } = await fillPage(query, { fetch: (after, limit) => this.audit.list({ where, limit, ...(after ? { after } : {}) }) });
    return linked(request, reply, { items: rows.map((row) => row.document), ...rest });
  }

  @Handles('verifyAudit')
  verify(): Promise<{ ok: boolean; entries: number; problem?: string }> {
    return this.audit.verify();
  }
}

function utc(time: string): string {
  return new Date(time).toISOString();
}
