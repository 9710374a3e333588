import { type ActionDocument, type Caller, EdgeError, errors, type Signal, type SignalAccepted, type VerdictAddress } from '@edge/contracts';
import { verdictAddressId } from '../calls/verdict-url.js';
import { foldAction } from '../journal/fold-action.js';
import type { AcceptanceDeps } from './acceptance-deps.js';
import { onBusSoon } from './on-bus-soon.js';
import { signalRecord } from './outbox-records.js';
import { awaitsVerdict, demandReach, type Verdict } from './signal-rules.js';

export interface SaidAtUrl { verdict: Verdict['verdict']; reason?: string; zone?: string }

const canaryService: Caller = { subject: 'service:canary', name: 'the canary service', interactive: false, via: 'api' };

/**
 * A verdict by the single-use address of one analysis. The same again is answered the same and does nothing more, also after a crash of whoever took it first;
 * another one than the first is refused.
 * @throws EdgeError `not-found`, `too-late`, `invalid`, `unavailable`
 */
export async function sayVerdict(deps: AcceptanceDeps, code: string, given: SaidAtUrl): Promise<SignalAccepted> {
  const stored = await deps.documents.get<VerdictAddress>('verdicts', verdictAddressId(code));
  if (!stored) throw errors.notFound('analysis that waits for a verdict at this address');
  const { action, zone, stage, said } = stored.document;
  demandSame(stored.document, given);
  const asked = await readAction(deps, action);
  const { status } = asked.view;
  if (said && !awaitsVerdict(asked.records, { zone, stage })) return { action_id: action, signal: 'verdict', id: said.id, status, duplicate: true };
  demandReach('verdict', { ...asked, caller: canaryService, allowSelfApproval: false, verdict: { zone, stage, verdict: given.verdict } });
  const { id } = said ?? { id: deps.newId() };
  const document: VerdictAddress = { ...stored.document, said: { verdict: given.verdict, id } };
  const missed = said ? undefined : await deps.documents.write([{ collection: 'verdicts', id: stored.id, document, ifVersion: stored.version }]);
  if (missed) return sayVerdict(deps, code, given);
  const at = new Date(deps.clock.now()).toISOString();
  const signal: Signal = { id, name: 'verdict', by: canaryService.name, at, ...(given.reason === undefined ? {} : { reason: given.reason }), payload: { zone, stage, verdict: given.verdict } };
  await onBusSoon(deps.publish([signalRecord(action, signal, deps.keyring)]), { clock: deps.clock, what: 'this verdict', look: 'the action', note: (facts, text) => deps.note({ action, signal: id, ...facts }, text) });
  return { action_id: action, signal: 'verdict', id, status, ...(said ? { duplicate: true as const } : {}) };
}

async function readAction({ documents, journal }: AcceptanceDeps, id: string) {
  const stored = await documents.get<ActionDocument>('actions', id);
  if (!stored) throw errors.notFound(`action ${id}`);
  const records = await journal.read(id);
  return { document: stored.document, records, view: foldAction(stored.document, records) };
}

function demandSame({ zone, said }: VerdictAddress, given: SaidAtUrl): void {
  if (given.zone !== undefined && given.zone.toLowerCase() !== zone.toLowerCase()) throw errors.invalidField('/zone', `This address is for a verdict on zone ${zone}, not ${given.zone}.`, 'Leave "zone" out.');
  if (said && said.verdict !== given.verdict) throw new EdgeError('too-late', `At this address the verdict was given before: ${said.verdict}. It is used up; a person may still stop the action.`);
}
