import type { ActionDocument, ExecStep, JournalRecord, Note, StepRequest } from '@edge/contracts';
import type { SimulatedWorld } from '../world/simulated-world.js';

interface Verdict { zone: string; stage: number; verdict: string }

/** A stage begins only after a positive verdict on the one before; a verdict counts for the stage that it is on. */
export function verdictsHold(world: SimulatedWorld, document: ActionDocument, records: JournalRecord[]): void {
  if (!document.project.endsWith('canary')) return;
  const steps = new Map(stepsOf(records).map(({ step }) => [step.key, step]));
  const shares = new Map(stepsOf(records).flatMap(({ step }) => (step.kind === 'note' && step.note.event === 'stage-started' ? [[step.note.stage, step.note.share] as const] : [])));
  const heard = records.flatMap((record) => (record.type === 'result' ? record.items.flatMap((item) => {
    const wait = steps.get(item.key);
    return wait?.kind === 'signal' && 'value' in item ? [{ seq: record.seq, wait, said: (item.value as unknown as { payload: Verdict }).payload }] : [];
  }) : []));
  for (const { wait, said } of heard) if (wait.match?.['stage'] !== said.stage) world.watch.violated('a verdict is on its stage', `${document.id}: the wait for stage ${String(wait.match?.['stage'])} got the verdict on stage ${said.stage}`);
  for (const { step, seq } of stepsOf(records)) {
    const stage = step.kind === 'exec' ? (step.stage ?? 1) : 1;
    if ((shares.get(stage - 1) ?? 0) >= 100) continue; // what follows the whole pool are hosts that were out of service before
    const passed = heard.some(({ said, seq: at }) => said.stage === stage - 1 && said.verdict === 'positive' && at < seq);
    if (stage > 1 && !passed) world.watch.violated('a stage waits for its verdict', `${document.id}: ${step.key} of stage ${stage} began without a positive verdict on stage ${stage - 1}`);
  }
}

/** When everything is at rest, hosts are out of service only for a reason that people were told. */
export function poolAtRest(world: SimulatedWorld, documents: ActionDocument[]): void {
  const last = new Map<string, { document: ActionDocument; at: number }>();
  for (const document of documents) {
    for (const { step, at } of stepsOf(world.journal.readNow(document.id))) if (step.kind === 'call' && step.service === 'load-balancer') {
      const { host } = step.request as unknown as { host?: string };
      if (host !== undefined && at >= (last.get(host)?.at ?? 0)) last.set(host, { document, at });
    }
  }
  for (const { host, state } of world.pool.members.values()) {
    if (state === 'in') continue;
    const by = last.get(host)?.document;
    if (!by) world.watch.violated('out of service for a reason', `${host} is ${state}, and no action ever touched it`);
    else if (!mayBeOut(host, world.journal.readNow(by.id))) world.watch.violated('out of service for a reason', `${host} is ${state} after ${by.id}`);
  }
}

/** It was changed by an action that did not complete, or people were told that it could not be put back. */
function mayBeOut(host: string, records: JournalRecord[]): boolean {
  const end = records.at(-1);
  const steps = stepsOf(records).map(({ step }) => step);
  if (end?.type === 'end' && end.status === 'completed') return false;
  if (end?.type === 'end' && end.summary.unconfirmedHosts.length > 0) return true;
  const told = steps.some((step) => step.kind === 'note' && isWarningOn(step.note, host));
  return told || steps.some((step): step is ExecStep => step.kind === 'exec' && step.host === host) || endedUnclean(records);
}

function isWarningOn(note: Note, host: string): boolean {
  return note.event === 'message' && /put back|Left out of service/.test(note.text) && (note.text.includes(host) || ('host' in note && note.host === host));
}

/** The clean-up had its time and was not done: the end says so. */
function endedUnclean(records: JournalRecord[]): boolean {
  const cancelling = records.find((record) => record.type === 'status' && record.to === 'cancelling');
  return cancelling?.type === 'status' && (records.at(-1)?.at ?? 0) >= (cancelling.dueAt ?? Infinity);
}

function stepsOf(records: JournalRecord[]): { step: StepRequest; seq: number; at: number }[] {
  return records.flatMap((record) => (record.type === 'schedule' ? record.steps.map((step) => ({ step, seq: record.seq, at: record.at })) : []));
}
