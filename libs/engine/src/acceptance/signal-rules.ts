import { type ActionDocument, type ActionStatus, type ActionView, type Caller, EdgeError, errors, isEnd, type JournalRecord, type SignalName, type SignalStep } from '@edge/contracts';

/** In which statuses a signal can still do something. */
const reaches: Record<Exclude<SignalName, 'renew'>, readonly ActionStatus[]> = {
  cancel: ['accepted', 'waiting', 'queued', 'counting-down', 'running', 'paused', 'blocked'],
  pause: ['queued', 'counting-down', 'running', 'waiting'],
  resume: ['paused', 'blocked'],
  approve: ['accepted', 'waiting', 'blocked'],
  reject: ['accepted', 'waiting'],
  verdict: ['running', 'waiting', 'paused', 'blocked'],
};

/** Signals that people and the canary service send; `renew` is what an approval of a blocked action becomes. */
export type Sent = keyof typeof reaches;

export interface Verdict { zone: string; stage: number; verdict: 'positive' | 'negative' | 'inconclusive' }

export interface Asked { document: ActionDocument; records: readonly JournalRecord[]; view: ActionView; caller: Caller; allowSelfApproval: boolean; verdict?: Verdict }

/** @throws EdgeError `too-late`, `forbidden`, `invalid`: why the signal would do nothing, or must not */
export function demandReach(name: Sent, { document, records, view, caller, allowSelfApproval, verdict }: Asked): void {
  const { status } = view;
  if (!reaches[name].includes(status)) throw refused(document.id, status, name);
  if (name === 'approve' && isSame(caller, document.actor) && !allowSelfApproval) throw new EdgeError('forbidden', 'Nobody approves their own action: a second person must.', [{ pointer: '', detail: `${caller.name} asked for this action.`, remedy: 'Let another deployer or admin of the space approve it.' }]);
  if (name === 'approve' && status === 'blocked') return;
  if (name === 'approve' || name === 'reject') demandQuestion(name, { document, records, view });
  if (name === 'verdict') demandVerdict(verdict, { document, records, view });
}

function demandQuestion(name: Sent, { document, records, view }: Pick<Asked, 'document' | 'records' | 'view'>): void {
  const beforeStart = document.needsApproval && view.started_at === undefined;
  if (!beforeStart && !openWaits(records).some(({ names }) => names.includes(name))) throw refused(document.id, view.status, name);
}

function demandVerdict(verdict: Verdict | undefined, { document, records, view }: Pick<Asked, 'document' | 'records' | 'view'>): void {
  if (!verdict || awaitsVerdict(records, verdict)) return;
  const waits = openWaits(records).filter(({ names }) => names.includes('verdict'));
  if (waits.length === 0) throw refused(document.id, view.status, 'verdict');
  const open = waits.map(({ match = {} }) => `zone ${String(match.zone)}, stage ${String(match.stage)}`).join('; ');
  throw errors.invalidField('/zone', `No verdict is awaited for zone ${verdict.zone}, stage ${verdict.stage}.`, `Awaited: ${open}.`);
}

/** A verdict on this stage is waited for, or its analysis is being asked for: a quick service answers before the wait is written down. */
export function awaitsVerdict(records: readonly JournalRecord[], { zone, stage }: Pick<Verdict, 'zone' | 'stage'>): boolean {
  const isOn = (place: unknown) => (place as Verdict | undefined)?.zone === zone && (place as Verdict | undefined)?.stage === stage;
  if (openWaits(records).some(({ names, match }) => names.includes('verdict') && isOn(match))) return true;
  const steps = records.flatMap((record) => (record.type === 'schedule' ? record.steps : []));
  const asked = steps.some((step) => step.kind === 'call' && step.service === 'canary' && isOn(step.request));
  return asked && !steps.some((step) => step.kind === 'signal' && step.names.includes('verdict') && isOn(step.match));
}

/** Waits of the script that nothing has answered yet. */
export function openWaits(records: readonly JournalRecord[]): SignalStep[] {
  const answered = new Set(records.flatMap((record) => (record.type === 'result' ? record.items.map(({ key }) => key) : [])));
  return records.flatMap((record) => (record.type === 'schedule' ? record.steps : [])).filter((step): step is SignalStep => step.kind === 'signal' && !answered.has(step.key));
}

function isSame(caller: Caller, actor: Caller): boolean {
  return caller.subject === actor.subject || caller.name === actor.name;
}

const wanted: Record<Sent, [late: string, now: string]> = {
  cancel: ['cancel it', 'be cancelled'], pause: ['pause it', 'be paused'], resume: ['resume it', 'be resumed'], approve: ['approve it', 'be approved'], reject: ['reject it', 'be rejected'], verdict: ['give a verdict on it', 'be given a verdict'],
};

function refused(id: string, status: ActionStatus, name: Sent): EdgeError {
  const [late, now] = wanted[name];
  return errors.tooLate(id, status, isEnd(status) || name === 'cancel' ? `it is too late to ${late}` : `it cannot ${now} now`);
}
