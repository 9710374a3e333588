import { Injectable } from '@nestjs/common';
import type { SummaryDocument } from '@edge/contracts';
import type { Envelope, PublicFact } from '@edge/contracts/messages';
import { LogIndex } from '@edge/ports';
import { Log } from '@edge/nest';

/** What the data of a step fact holds; every field is there in every version of the same document, so that the newest stands alone. */
interface StepData { host?: string; step?: string; state?: SummaryDocument['status']; ok?: boolean; stage?: number; batch?: number; zone?: string; started_at?: string; ended_at?: string; version?: string; message?: string; level?: SummaryDocument['level'] }

const types = new Set(['edge.step.started.v1', 'edge.step.finished.v1', 'edge.host.changed.v1']);

/** Turns public facts into one document per host and step; the journal position is the document's version. */
@Injectable()
export class StepSummaries {
  constructor(private readonly index: LogIndex, private readonly log: Log) {}

  async record(envelope: Envelope): Promise<void> {
    const summary = types.has(envelope.type) ? summaryOf(envelope.type, envelope.data as PublicFact) : undefined;
    if (!summary) return;
    const refused = await this.index.index({ summaries: [summary], details: [] });
    for (const { id, reason } of refused) this.log.error({ id, reason }, 'the log index can never take this summary');
  }
}

function summaryOf(type: string, fact: PublicFact): SummaryDocument | undefined {
  const data = fact.data as StepData;
  if (!fact.action || !data.host) return undefined;
  const step = data.step ?? 'host';
  const status = data.state ?? (type === 'edge.step.started.v1' ? 'running' : data.ok === false ? 'failed' : 'succeeded');
  const optional = { stage: data.stage, batch: data.batch, zone: data.zone, started_at: data.started_at, ended_at: data.ended_at, app_version: data.version, message: data.message };
  return {
    id: `${fact.action}:${data.host}:${step}`, version: fact.seq ?? 0, correlation_id: fact.action, space: fact.space ?? '', project: fact.project ?? '', type: fact.actionType ?? '', actor: fact.actor ?? '', at: fact.at,
    host: data.host, step, status, level: data.level ?? (status === 'failed' || status === 'unconfirmed' ? 'error' : 'info'),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}
