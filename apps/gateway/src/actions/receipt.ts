import { createHash } from 'node:crypto';
import { type ActionDocument, canonicalJson, type JournalRecord } from '@edge/contracts';
import type { ReadAction } from './action-reader.js';

/** What a receipt states of an ended action (interfaces.md §7): who asked, what ran, what every host answered, and the head of the journal that proves it. */
export interface ReceiptStatement {
  action: string;
  space: string;
  project: string;
  type: string;
  actor: { subject: string; name: string };
  user?: string;
  reason?: ActionDocument['reason'];
  accepted_at: string;
  ended_at?: string;
  status: string;
  why?: string;
  script: { name: string; sha: string };
  plan_hash?: string;
  config_hash: string;
  config: ActionDocument['snapshot']['config'];
  hosts: { host: string; state: string; version?: string; commands: { command_id: string; step: string; outcome?: string; code?: number; digest?: { stdout: string; stderr: string } }[] }[];
  journal: { records: number; head: string };
}

export const receiptType = 'application/vnd.edge.receipt+json';

export function receiptStatement({ document, records, view }: ReadAction): ReceiptStatement {
  const { id, space, project, type, actor, user, reason, planHash, snapshot } = document;
  return {
    action: id, space, project, type, actor: { subject: actor.subject, name: actor.name }, ...(user ? { user } : {}), ...(reason ? { reason } : {}), accepted_at: view.accepted_at, ...(view.ended_at ? { ended_at: view.ended_at } : {}),
    status: view.status, ...(view.why ? { why: view.why } : {}), script: snapshot.script, ...(planHash ? { plan_hash: planHash } : {}), config_hash: createHash('sha256').update(canonicalJson(snapshot.values)).digest('hex'), config: snapshot.config,
    hosts: view.hosts.map(({ host, state, version, commands }) => ({ host, state, ...(version ? { version } : {}), commands: commands.map(commandOf) })),
    journal: { records: records.length, head: headOf(records) },
  };
}

function commandOf({ command_id, step, result }: ReadAction['view']['hosts'][number]['commands'][number]) {
  return { command_id, step, ...(result ? { outcome: result.outcome, ...(result.code === undefined ? {} : { code: result.code }), ...(result.digest ? { digest: result.digest } : {}) } : {}) };
}

function headOf(records: readonly JournalRecord[]): string {
  return records.at(-1)?.hash ?? '';
}
