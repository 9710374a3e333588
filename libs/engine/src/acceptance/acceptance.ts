import { type Accepted, type ActionDocument, type Caller, EdgeError, errors, isEnd, type Json, type JsonObject, parseDuration, type RunRequest, type Signal, type SignalAccepted, type StartRequest } from '@edge/contracts';
import type { Documents } from '@edge/ports';
import { foldAction } from '../journal/fold-action.js';
import { InGroups } from '../locks/in-groups.js';
import { LockTable } from '../locks/lock-table.js';
import { type AcceptanceDeps, keptKeysMs } from './acceptance-deps.js';
import { AfterOthers } from './after-others.js';
import { answerOf } from './answer.js';
import { buildDocument, type NewAction } from './build-document.js';
import { checkRetry } from './check-retry.js';
import { checkRun, noProject } from './check-run.js';
import { checkStart } from './check-start.js';
import { demandFeasible } from './demand-feasible.js';
import { onBusSoon } from './on-bus-soon.js';
import { Outbox } from './outbox.js';
import { signalRecord } from './outbox-records.js';
import { type Asked, knownByKey, type Outcome, placeActions, type Placing, recall, type Recalled, type RememberedRequest, sameAction } from './place-action.js';
import { forgetSame, keyDocument, requestHash } from './request-hash.js';
import { queueOf, waitingOf } from './queue-of.js';
import { type SaidAtUrl, sayVerdict } from './say-verdict.js';
import { signGrant } from './sign-grant.js';
import { demandReach, type Sent, type Verdict } from './signal-rules.js';

/** Body of a signal: why, and for a verdict which zone and stage. */
export type SignalRequest = { reason?: string } & Partial<Verdict>;

const secondsForPeople = 10;

interface ToAccept<Request> { request: Request; caller: Caller; warnings?: string[]; recalled?: Promise<Recalled> | undefined }

/**
 * Takes requests to start and to control actions: checks all that can be known, stores what it accepts, and brings it onto the bus. What was answered is
 * never lost. Whether the caller may ask for this is decided before.
 */
export class Acceptance {
  private readonly outbox: Outbox;
  private readonly stores: { documents: Documents; locks: LockTable };
  /** One group after another here: whoever accepts elsewhere at the same time is met by compare-and-swap. */
  private readonly line: InGroups<Placing, Outcome>;
  /** Who asks need not wait for the bus, and least of all for the bus of those before. */
  private readonly after: AfterOthers<ActionDocument>;

  constructor(private readonly deps: AcceptanceDeps) {
    this.outbox = new Outbox(deps);
    this.stores = { documents: deps.documents, locks: new LockTable(deps.documents) };
    this.line = new InGroups((placings) => placeActions(this.stores, placings));
    this.after = new AfterOthers(deps.clock, (accepted) => this.outbox.send(accepted));
  }

  /** @throws EdgeError `invalid`, `not-found`, `frozen`, `project-locked`, `too-many`, `plan-changed`, `idempotency-mismatch`, `store-full` … */
  start(request: StartRequest, caller: Caller): Promise<Accepted> {
    return this.after.during(() => this.acceptStart(request, caller));
  }

  /** One command on many hosts. @throws EdgeError as `start` */
  run(request: RunRequest, caller: Caller): Promise<Accepted> {
    return this.after.during(() => this.acceptRun(request, caller));
  }

  /**
   * A new action from the same snapshot, on the hosts that did not succeed; it starts at once, unless a countdown is asked for. An action is retried once,
   * whoever asks: what its retry left open is retried from there. @throws EdgeError `not-found`, `too-late`, `invalid`, `frozen`
   */
  async retry(actionId: string, caller: Caller, { reason, countdown: asked = 0 }: { reason?: string; countdown?: string | number } = {}): Promise<Accepted> {
    const former = await this.read(actionId);
    const known = await this.retried(actionId);
    if (known) return known;
    const { snapshot, approvals } = await checkRetry(former, this.deps);
    const { space, project, environment, type, user, reason: formerReason, startWithinMs } = former.document;
    const request = { space, project, type, retry_of: actionId };
    const document = buildDocument({
      space, project, environment, type, user, reason: reason ?? formerReason, countdownSeconds: countdown(asked, caller), startWithinMs, actor: caller, approvals, onBusy: 'queue', requestHash: requestHash('', request), retryOf: actionId, snapshot,
    }, this.deps);
    return this.acceptPlanned(document, { request, caller });
  }

  /** Signs a signal and brings it onto the action's topic. @throws EdgeError `not-found`, `too-late` with the status, `forbidden`, `invalid`, `unavailable` */
  async signal(actionId: string, name: Sent, body: SignalRequest, caller: Caller): Promise<SignalAccepted> {
    const { document, records, view } = await this.read(actionId);
    const { zone, stage, verdict } = body;
    const given = name === 'verdict' && zone !== undefined && stage !== undefined && verdict !== undefined ? { verdict: { zone, stage, verdict } } : {};
    const { allowSelfApproval } = name === 'approve' ? await this.rules(document) : { allowSelfApproval: false };
    demandReach(name, { document, records, view, caller, allowSelfApproval, ...given });
    const renews = name === 'approve' && view.status === 'blocked';
    const signal: Signal = {
      id: this.deps.newId(), name: renews ? 'renew' : name, by: caller.name, at: new Date(this.deps.clock.now()).toISOString(), ...(body.reason === undefined ? {} : { reason: body.reason }),
      ...(renews ? { payload: { grant: { ...signGrant(this.deps.keyring, document, this.deps.clock.now()) } } } : given.verdict ? { payload: { ...given.verdict } } : {}),
    };
    const sent = this.send(signal, document);
    await onBusSoon(sent, { clock: this.deps.clock, what: `this ${name}`, look: 'the action', note: (facts, text) => this.deps.note({ action: actionId, signal: signal.id, ...facts }, text) });
    return { action_id: actionId, signal: name, id: signal.id, status: view.status };
  }

  /** What a canary service says at the address that it was given. @throws EdgeError `not-found`, `too-late`, `invalid`, `unavailable` */
  verdictByUrl(code: string, said: SaidAtUrl): Promise<SignalAccepted> {
    return sayVerdict(this.deps, code, said);
  }

  /** Publishes accepted actions that are not known to be on the bus. */
  sweep(): Promise<void> {
    return this.outbox.sweep();
  }

  private async acceptStart(request: StartRequest, caller: Caller): Promise<Accepted> {
    const hash = requestHash(caller.subject, request);
    const known = await this.knownAnswer(request, caller, hash);
    if (known) return known;
    const recalled = request.dry_run ? undefined : recall(this.deps.documents, this.asked(request, caller, hash));
    const checked = await checkStart(request, this.deps);
    const { space, project, type, user, reason, plan_hash: planHash, override_freeze: overridesFreeze, on_busy: onBusy = 'queue', idempotencyKey } = request;
    const { snapshot, resolved: { environment, values }, startWithinMs, approvals, warnings } = checked;
    const document = buildDocument({
      space, project, type, environment, actor: caller, snapshot, approvals, user, reason, planHash, overridesFreeze, onBusy, startWithinMs, requestHash: hash, idempotencyKey,
      countdownSeconds: countdown(request.countdown ?? values.countdown, caller),
    }, this.deps);
    if (request.dry_run) return this.dryRun(document, warnings);
    return this.acceptPlanned(document, { request, caller, warnings, recalled });
  }

  private async acceptRun(request: RunRequest, caller: Caller): Promise<Accepted> {
    const hash = requestHash(caller.subject, request);
    const known = await this.knownAnswer(request, caller, hash);
    if (known) return known;
    const { snapshot, approvals, warnings } = await checkRun(request, this.deps);
    const document = buildDocument({
      space: request.space, project: noProject, environment: noProject, type: 'run', actor: caller, snapshot, approvals, onBusy: 'queue', startWithinMs: 1_800_000, requestHash: hash, countdownSeconds: 0, idempotencyKey: request.idempotencyKey,
    }, this.deps);
    return this.accept(document, { request: { ...request, allow_duplicate: true }, caller, warnings });
  }

  private async accept(document: ActionDocument, { request, caller, warnings = [], recalled }: ToAccept<StartRequest | RunRequest>): Promise<Accepted> {
    const outcome = await this.line.add({
      ...this.asked(request, caller, document.requestHash), document, ...(recalled ? { recalled } : {}),
      answer: async (made, lock) => answerOf(made, { lock, warnings, queue: await waitingOf(this.deps.documents, made, lock) }),
    });
    if ('refused' in outcome) throw outcome.refused;
    const { placed } = outcome;
    if ('known' in placed) return placed.known;
    if ('duplicateOf' in placed) return (await this.duplicate(placed.duplicateOf)) ?? this.accept(document, { request, caller, warnings });
    this.after.add(placed.document); // it is stored: from now on it is its own outbox
    return placed.accepted;
  }

  private asked(request: StartRequest | RunRequest, caller: Caller, hash: string): Asked {
    const text = request.idempotencyKey;
    const key = text === undefined ? {} : { key: { id: keyDocument(caller.subject, request, text), text } };
    return { requestHash: hash, nowMs: this.deps.clock.now(), allowDuplicate: 'allow_duplicate' in request && request.allow_duplicate === true, ...key };
  }

  private async acceptPlanned(document: ActionDocument, asked: ToAccept<StartRequest>): Promise<Accepted> {
    if (document.planHash === undefined && document.snapshot.pools.length === 0) return this.accept(document, asked);
    const known = await this.sameAs(document, asked.request);
    if (known) return known;
    if (document.planHash !== undefined) await this.planOf(document, 'plan_hash');
    await demandFeasible(document, this.deps);
    return this.accept(document, asked);
  }

  /** What was accepted already needs no plan. Who is accepted meanwhile is met when it is placed. */
  private async sameAs({ requestHash: hash }: ActionDocument, { idempotencyKey: key, allow_duplicate: allowDuplicate }: StartRequest): Promise<Accepted | undefined> {
    if (key !== undefined || allowDuplicate) return undefined;
    const other = await sameAction(this.deps.documents, hash);
    return other === undefined ? undefined : this.duplicate(other);
  }

  private async knownAnswer(request: StartRequest | RunRequest, caller: Caller, hash: string): Promise<Accepted | undefined> {
    const text = request.idempotencyKey;
    if (text === undefined) return undefined;
    const stored = await this.deps.documents.get<RememberedRequest>('idempotency', keyDocument(caller.subject, request, text));
    if (!stored || stored.document.at <= this.deps.clock.now() - keptKeysMs) return undefined;
    const placed = knownByKey(stored.document, text, hash);
    return 'known' in placed ? placed.known : undefined;
  }

  /** Nothing when it has ended meanwhile: lists learn of an end later than the journal. */
  private async duplicate(id: string): Promise<Accepted | undefined> {
    const { document, view } = await this.read(id);
    if (isEnd(view.status)) return forgetSame(this.deps.documents, document);
    return { ...answerOf(document, { lock: undefined, queue: await queueOf(this.stores, document) }), status: view.status, duplicate: true };
  }

  private async retried(actionId: string): Promise<Accepted | undefined> {
    const [again] = await this.deps.documents.find<ActionDocument>('actions', { where: { retryOf: actionId }, order: 'desc', limit: 1 });
    if (!again) return undefined;
    const known = await this.duplicate(again.id);
    if (known) return known;
    const { view } = await this.read(again.id);
    throw new EdgeError('too-late', `Action ${actionId} was retried as action ${again.id}, which ${view.status === 'completed' ? 'completed: there is nothing left to retry' : `ended ${view.status}: retry that one`}.`);
  }

  private async dryRun(document: ActionDocument, warnings: string[]): Promise<Accepted> {
    const plan = await this.planOf(document, 'dry_run');
    return { ...answerOf(document, { lock: undefined, warnings }), status: 'accepted', plan };
  }

  private async planOf(document: ActionDocument, askedBy: 'dry_run' | 'plan_hash'): Promise<JsonObject> {
    if (!this.deps.plan) throw errors.invalidField(`/${askedBy}`, 'Plans are not made here.', `Leave "${askedBy}" out.`);
    const { plan, hash } = await this.deps.plan(document);
    if (document.planHash !== undefined && hash !== document.planHash) throw errors.planChanged(`The plan is ${hash} now, not ${document.planHash}.`);
    return plan;
  }

  private async read(id: string) {
    const stored = await this.deps.documents.get<ActionDocument>('actions', id);
    if (!stored) throw errors.notFound(`action ${id}`);
    const records = await this.deps.journal.read(id);
    return { document: stored.document, records, view: foldAction(stored.document, records) };
  }

  private async send(signal: Signal, document: ActionDocument): Promise<void> {
    await this.deps.publish([signalRecord(document.id, signal, this.deps.keyring)]);
    if (signal.name === 'cancel') await forgetSame(this.deps.documents, document); // who asks for the same from now on means it anew
  }

  private rules({ space, environment }: Pick<NewAction, 'space' | 'environment'>) {
    const at = new Date(this.deps.clock.now()).toISOString();
    return this.deps.config.rules({ space, at, ...(environment === noProject ? {} : { environment }) });
  }
}

/** As asked, else as the project says, else ten seconds for people to think again. */
function countdown(asked: Json | undefined, { interactive }: Caller): number {
  const askedMs = typeof asked === 'number' || typeof asked === 'string' ? parseDuration(asked) : undefined;
  if (askedMs !== undefined) return askedMs / 1000;
  return interactive ? secondsForPeople : 0;
}

