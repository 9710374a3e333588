import { type ActionDocument, type ActionStatus, type HostResult, isEnd, type JournalBody, type JournalRecord, type Signal, type Signed, type StepRequest, type StepResult } from '@edge/contracts';
import type { BusRecord } from '@edge/ports';
import { attemptKey } from '../journal/attempt-key.js';
import type { LockState } from '../locks/lock-table.js';
import { ActionJournal, Fenced, pause } from './action-journal.js';
import { factRecords } from './fact-records.js';
import type { RuntimeDeps } from './runtime-deps.js';
import { ReplayMismatch, ScriptDrive } from './script-drive.js';
import { StepEffects } from './step-effects.js';
import { verdictOf } from './verdict-of.js';

/** What an action asks of its surroundings: locks, and to be forgotten. */
export interface Surroundings {
  acquire(document: ActionDocument): Promise<LockState>;
  /** After the end is durable: free locks, project, tell. */
  ended(action: RunningAction): Promise<void>;
  /** Another owner has it now. */
  lost(action: RunningAction): void;
  /** Its status is another one now. */
  statusChanged(action: RunningAction): void;
}

type Intake = { result: StepResult } | { signal: Signal } | { turn: 'begin' | 'locks' | 'count-down' | 'clean-up' };

const itemsPerRecord = 256;
const stepsPerRecord = 1_000;

/**
 * One action in the hands of its owner. Everything that happens to it goes through one inbox, is journaled, and only then moves the script or the world:
 * what arrives while an append is under way goes into the next one.
 */
export class RunningAction {
  private inbox: { what: Intake; done: () => void }[] = [];
  private working = false;
  private over = false;
  private drive: ScriptDrive | undefined;
  private readonly effects: StepEffects;
  private held: StepResult[] = [];
  private fresh: StepRequest[] = [];
  private readonly finished = new Set<string>();
  private readonly known = new Set<string>();
  private readonly signals = new Set<string>();
  private before: ActionStatus = 'accepted';
  private grant: Signed;
  private results = 0;
  private hasStarted = false;
  private countDownEnds = 0;
  private shown: ActionStatus | undefined;

  constructor(readonly document: ActionDocument, readonly journal: ActionJournal, private readonly deps: RuntimeDeps, private readonly around: Surroundings) {
    this.grant = document.grant;
    this.effects = new StepEffects(document, deps, (item) => void this.take({ result: item }));
    for (const record of journal.records) this.remember(record);
  }

  get status(): ActionStatus {
    return this.journal.fold.view.status;
  }

  /** Goes on where the journal stands. */
  begin(): void {
    this.watchSilence();
    void this.take({ turn: 'begin' });
  }

  /** Locks may be free now. */
  lookForLocks(): void {
    if (this.status === 'queued') void this.take({ turn: 'locks' });
  }

  /** A command's result; resolves when it is journaled, or nobody needs it. */
  async commandFinished(command: string, result: HostResult): Promise<void> {
    const settled = this.over ? undefined : this.effects.settle(command, result);
    if (!settled) return;
    await this.take({ result: settled.item });
    if (settled.next && !this.over && !this.cancelling()) this.effects.ask(settled.next);
    await this.send([]);
  }

  signal(signal: Signal): Promise<void> {
    return this.take({ signal });
  }

  heard(commands: string[]): void {
    this.effects.heard(commands);
  }

  /** Lets go of it without trace: another owner goes on, or the process ends. */
  release(): void {
    this.over = true;
    this.journal.release();
    this.effects.stop();
    this.drive?.stop();
    for (const { done } of this.inbox.splice(0)) done();
  }

  /** Resolves when what was taken is journaled or superfluous. */
  private take(what: Intake): Promise<void> {
    if (this.over) return Promise.resolve();
    return new Promise((done) => {
      this.inbox.push({ what, done });
      void this.work();
    });
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      while (this.inbox.length > 0 && !this.over) {
        const batch = this.inbox.splice(0);
        await this.handle(batch.map(({ what }) => what));
        for (const { done } of batch) done();
      }
    } catch (error) {
      await this.broken(error);
    } finally {
      this.working = false;
    }
  }

  private async handle(batch: Intake[]): Promise<void> {
    await this.journalResults(batch.flatMap((what) => ('result' in what ? [what.result] : [])));
    for (const what of batch) {
      if (this.over) return;
      if ('signal' in what) await this.signalled(what.signal);
      if ('turn' in what) await this.turn(what.turn);
    }
    await this.moveOn();
  }

  private async journalResults(results: StepResult[]): Promise<void> {
    const items = results.filter((item) => this.isNews(item.key));
    for (const item of items) this.finished.add(item.key);
    for (let start = 0; start < items.length; start += itemsPerRecord) await this.append({ type: 'result', items: items.slice(start, start + itemsPerRecord) });
    this.held.push(...items.filter((item) => !item.key.includes('@')));
    const { warnResults } = this.deps.limits;
    if (this.results < warnResults && this.results + items.length >= warnResults) this.deps.note({ action: this.document.id, results: warnResults }, 'an action has very many step results');
    this.results += items.length;
    if (this.results > this.deps.limits.maxResults) throw new TooMuch(`The action has more than ${this.deps.limits.maxResults} step results.`);
  }

  /** The first result of a step wins; nobody asked for unknown keys. */
  private isNews(key: string): boolean {
    return !this.finished.has(key) && (key.includes('@') ? this.known.has(key.slice(0, key.indexOf('@'))) : this.known.has(key));
  }

  private async turn(turn: 'begin' | 'locks' | 'count-down' | 'clean-up'): Promise<void> {
    if (turn === 'begin') await this.goOn();
    if (turn === 'locks' && this.status === 'queued') await this.tryLocks();
    if (turn === 'count-down' && this.status === 'counting-down') await this.start();
    if (turn === 'clean-up' && this.status === 'cancelling') await this.finish(this.cancelReason(), { overdue: this.effects.unanswered() });
  }

  private async goOn(): Promise<void> {
    if (this.status === 'accepted') return this.document.needsApproval ? this.become('waiting', { reason: this.document.approvalReason ?? 'approval' }) : this.enqueue();
    if (this.status === 'queued') return this.tryLocks();
    if (this.status === 'counting-down') return this.countDown(this.countDownEnds);
    if (this.hasStarted && this.status !== 'blocked') await this.runScript();
  }

  private async enqueue(): Promise<void> {
    await this.become('queued');
    await this.tryLocks();
  }

  /** All locks or none. Nobody loses a place by asking again. */
  private async tryLocks(): Promise<void> {
    const { clock, limits } = this.deps;
    const state = await this.around.acquire(this.document);
    if (state.state === 'held') {
      const dueAt = clock.now() + this.document.countdownSeconds * 1000;
      await this.become('counting-down', { dueAt });
      return this.countDown(dueAt);
    }
    if (clock.now() > Date.parse(this.document.acceptedAt) + this.document.startWithinMs) return this.finish('not started in time');
    this.effects.timer(clock.now() + limits.lookForLocksMs, () => this.lookForLocks());
  }

  private countDown(dueAt: number): void {
    this.effects.timer(dueAt, () => void this.take({ turn: 'count-down' }));
  }

  private async start(): Promise<void> {
    const refused = await this.deps.mayStart(this.document);
    if (refused) return this.finish(refused);
    await this.become('running');
    await this.runScript();
  }

  /** Runs the pinned script from its beginning through what the journal holds, then live. */
  private async runScript(): Promise<void> {
    const bundle = await this.deps.bundle(this.document.snapshot.script.sha);
    if (!bundle) return this.block(`The script ${this.document.snapshot.script.name} (${this.document.snapshot.script.sha.slice(0, 12)}) is not in the store.`);
    const { id: action, type, snapshot } = this.document;
    const drive = new ScriptDrive(this.deps.scriptHost.run(bundle, { action, type, snapshot: snapshot as never }));
    this.drive = drive;
    this.held = [];
    this.fresh = [];
    try {
      this.fresh.push(...(await drive.replay(this.journal.records)));
    } catch (error) {
      if (!(error instanceof ReplayMismatch)) throw error;
      return this.block(error.message);
    }
    for (const step of this.unfinishedSteps()) this.effects.begin(step, this.attemptOf(step.key));
    for (const signal of this.unusedSignals()) this.effects.signalled(signal);
    if (this.status === 'cancelling') await this.callOff();
  }

  /** Gives the script what is journaled, journals what it asks for, then makes that happen. */
  private async moveOn(): Promise<void> {
    if (!this.drive || this.over || !['running', 'waiting', 'cancelling'].includes(this.status)) return this.send([]);
    while (this.held.length > 0) this.fresh.push(...(await this.drive.deliver(this.held.shift()!)));
    await this.journalSteps();
    if (this.drive?.end && this.held.length === 0) await this.finish(this.status === 'cancelling' ? this.cancelReason() : undefined);
  }

  private async journalSteps(): Promise<void> {
    const steps = this.fresh.splice(0).map((step) => this.timed(step));
    for (let start = 0; start < steps.length; start += stepsPerRecord) {
      const part = steps.slice(start, start + stepsPerRecord);
      const record = await this.append({ type: 'schedule', steps: part }, { quietly: true });
      for (const step of part) this.effects.begin(step);
      await this.send(factRecords(this.document, record));
    }
    if (steps.length === 0) await this.send([]);
  }

  /** Times are absolute before they are journaled. */
  private timed(step: StepRequest): StepRequest {
    const now = this.deps.clock.now();
    if (step.kind === 'timer') return { ...step, dueAt: now + step.forMs };
    if (step.kind === 'signal' && step.withinMs !== undefined) return { ...step, dueAt: now + step.withinMs };
    return step;
  }

  private async signalled(signal: Signal): Promise<void> {
    if (this.signals.has(signal.id)) return;
    await this.append({ type: 'signal', signal });
    const reason = `${signal.name} by ${signal.by}${signal.reason ? `: ${signal.reason}` : ''}`;
    if (signal.name === 'cancel') return this.cancel(reason);
    if (signal.name === 'pause' && ['queued', 'counting-down', 'running', 'waiting'].includes(this.status)) return this.become('paused', { reason });
    if (signal.name === 'resume' || signal.name === 'renew') return this.resume(signal);
    if (this.status === 'waiting' && !this.hasStarted) return signal.name === 'approve' ? this.enqueue() : signal.name === 'reject' ? this.finish(reason) : undefined;
    if (this.status === 'blocked' && signal.name === 'approve') return this.resume(signal);
    this.effects.signalled(signal);
  }

  private async cancel(reason: string): Promise<void> {
    if (this.status === 'cancelling') return;
    if (!this.hasStarted) return this.finish(reason);
    const idle = !this.drive;
    await this.become('cancelling', { reason });
    if (idle) return this.runScript();
    this.fresh.push(...(await this.drive!.deliver({ cancel: reason })));
    await this.callOff();
  }

  private async callOff(): Promise<void> {
    this.effects.timer(this.deps.clock.now() + this.deps.limits.cleanUpMs, () => void this.take({ turn: 'clean-up' }));
    await this.publish(this.effects.cancel());
  }

  private async resume(signal: Signal): Promise<void> {
    const renewed = (signal.payload as { grant?: Signed } | undefined)?.grant;
    if (renewed) this.grant = renewed;
    if (this.status === 'blocked') {
      await this.become('running');
      this.drive?.stop();
      return this.runScript();
    }
    if (this.status !== 'paused') return;
    const to = this.before;
    if (to === 'counting-down') {
      const dueAt = Math.max(this.deps.clock.now(), this.countDownEnds);
      await this.become(to, { dueAt });
      return this.countDown(dueAt);
    }
    await this.become(to);
    if (to === 'queued') await this.tryLocks();
    else if (!this.drive) await this.runScript();
  }

  private async become(to: ActionStatus, more: { reason?: string; dueAt?: number } = {}): Promise<void> {
    if (to === 'paused') this.before = this.status;
    await this.append({ type: 'status', to, ...more });
  }

  private async block(reason: string): Promise<void> {
    this.drive?.stop();
    this.drive = undefined;
    await this.become('blocked', { reason });
  }

  private async finish(cancelled?: string, { overdue = [] }: { overdue?: string[] } = {}): Promise<void> {
    const { status, summary } = verdictOf(this.journal.fold.view, this.drive?.end, cancelled);
    const unconfirmedHosts = [...new Set([...summary.unconfirmedHosts, ...overdue])];
    await this.append({ type: 'end', status, summary: { ...summary, unconfirmedHosts } });
    this.release();
    await this.around.ended(this);
  }

  private async append(body: JournalBody, { quietly = false }: { quietly?: boolean } = {}): Promise<JournalRecord> {
    const record = await this.journal.append(body);
    this.remember(record);
    if (this.shown !== this.status && !isEnd(this.status)) this.around.statusChanged(this);
    this.shown = this.status;
    if (!quietly) await this.publish(factRecords(this.document, record));
    return record;
  }

  private remember(record: JournalRecord): void {
    if (record.type === 'schedule') for (const step of record.steps) this.known.add(step.key);
    if (record.type === 'result') for (const item of record.items) this.finished.add(item.key);
    if (record.type === 'signal') {
      this.signals.add(record.signal.id);
      const renewed = (record.signal.payload as { grant?: Signed } | undefined)?.grant;
      if (renewed) this.grant = renewed;
    }
    if (record.type !== 'status') return;
    if (record.to === 'running') this.hasStarted = true;
    if (record.dueAt !== undefined) this.countDownEnds = record.dueAt;
    if (record.to !== 'paused') this.before = record.to;
  }

  /** Sends commands that may go now; an expired grant blocks instead. */
  private async send(facts: BusRecord[]): Promise<void> {
    const expired = grantEndMs(this.grant) <= this.deps.clock.now();
    if (expired && ['running', 'waiting'].includes(this.status)) return this.block('The grant of the action has expired: approve it anew.');
    await this.publish([...facts, ...(this.status === 'paused' ? [] : this.effects.commands(this.grant))]);
  }

  private async publish(records: BusRecord[]): Promise<void> {
    for (let wait = 100; records.length > 0 && !this.over; wait = Math.min(wait * 2, 5_000)) {
      try {
        return await this.deps.publish(records);
      } catch (error) {
        this.deps.note({ action: this.document.id, error: String(error) }, 'the bus does not take records; trying again');
        await pause(this.deps, wait);
      }
    }
  }

  /** What the world still owes an answer for. */
  private unfinishedSteps(): StepRequest[] {
    return this.journal.records.flatMap((record) => (record.type === 'schedule' ? record.steps : [])).filter((step) => step.kind !== 'note' && !this.finished.has(step.key));
  }

  /** Signals that the script was never given: a crash may have come between their record and the result that hands them over. */
  private unusedSignals(): Signal[] {
    const used = new Set(this.journal.records.flatMap((record) => (record.type === 'result' ? record.items.map((item) => ('value' in item ? (item.value as { id?: string } | null)?.id : undefined)) : [])));
    return this.journal.records.flatMap((record) => (record.type === 'signal' && ['approve', 'reject', 'verdict'].includes(record.signal.name) && !used.has(record.signal.id) ? [record.signal] : []));
  }

  private attemptOf(key: string): number {
    let attempt = 1;
    while (this.finished.has(attemptKey(key, attempt))) attempt += 1;
    return attempt;
  }

  private cancelling(): boolean {
    return this.status === 'cancelling';
  }

  private cancelReason(): string {
    return this.journal.fold.view.why ?? 'cancelled';
  }

  private watchSilence(): void {
    this.effects.timer(this.deps.clock.now() + this.deps.limits.silenceMs / 3, () => {
      void this.publish(this.effects.silentCommands(this.grant));
      this.watchSilence();
    });
  }

  private async broken(error: unknown): Promise<void> {
    if (error instanceof Fenced) {
      this.release();
      return this.around.lost(this);
    }
    const reason = error instanceof Error ? error.message : String(error);
    this.deps.note({ action: this.document.id, error: reason }, 'an action cannot go on');
    if (isEnd(this.status) || this.over) return;
    await this.block(reason).catch((inner: unknown) => this.deps.note({ action: this.document.id, error: String(inner) }, 'an action could not be blocked'));
    for (const { done } of this.inbox.splice(0)) done();
  }
}

class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

function grantEndMs(grant: Signed): number {
  return Date.parse((JSON.parse(grant.payload) as { expiresAt: string }).expiresAt);
}
