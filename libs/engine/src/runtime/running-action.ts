import { type ActionDocument, type ActionStatus, type HostResult, isEnd, type JournalBody, type JournalRecord, type Signal, type Signed, type StepRequest, type StepResult } from '@edge/contracts';
import type { BusRecord } from '@edge/ports';
import type { LockState } from '../locks/lock-table.js';
import { ActionJournal } from './action-journal.js';
import { ActionMemory } from './action-memory.js';
import { factRecords } from './fact-records.js';
import { Inbox } from './inbox.js';
import type { OutstandingCommand } from './outstanding.js';
import { Fenced, persistently, Released } from './persistently.js';
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

type Turn = 'begin' | 'locks' | 'count-down' | 'clean-up';
type Intake = { item: StepResult } | { command: string; result: HostResult } | { signal: Signal } | { turn: Turn };

const itemsPerRecord = 256;
const stepsPerRecord = 1_000;
const againMs = 5_000;
const pausable: readonly ActionStatus[] = ['queued', 'counting-down', 'running', 'waiting'];
const moving: readonly ActionStatus[] = ['running', 'waiting', 'cancelling'];
/** Answers to questions of the script are taken up with their questions. */
const answers: readonly string[] = ['approve', 'reject', 'verdict'];
const lostForGood: HostResult = { outcome: 'lost', cause: 'connection-lost', detail: 'No executor answered for this command in its time.' };

/**
 * One action in the hands of its owner. Everything that happens to it goes through one inbox, is journaled, and only then moves the script or the world:
 * what arrives while an append is under way goes into the next one.
 */
export class RunningAction {
  private readonly inbox = new Inbox<Intake>((batch) => this.handle(batch), (error) => this.broken(error));
  private readonly effects: StepEffects;
  private readonly memory: ActionMemory;
  private over = false;
  private drive: ScriptDrive | undefined;
  /** Journaled, and not yet given to the script. */
  private held: StepResult[] = [];
  /** Asked by the script, and not yet journaled. */
  private fresh: StepRequest[] = [];
  /** To be told to the public, with the next commands. */
  private facts: BusRecord[] = [];
  private shown: ActionStatus | undefined;

  constructor(readonly document: ActionDocument, readonly journal: ActionJournal, private readonly deps: RuntimeDeps, private readonly around: Surroundings) {
    this.memory = new ActionMemory(document.grant);
    this.effects = new StepEffects(document, deps, (item) => this.inbox.push({ item }));
    for (const record of journal.records) this.memory.add(record);
  }

  get status(): ActionStatus {
    return this.journal.fold.view.status;
  }

  /** Goes on where the journal stands. */
  begin(): void {
    this.watchSilence();
    this.inbox.push({ turn: 'begin' });
  }

  /** Locks may be free now. */
  lookForLocks(): void {
    if (this.status === 'queued') this.inbox.push({ turn: 'locks' });
  }

  /** A command's result; resolves when it is journaled, or nobody needs it. */
  commandFinished(command: string, result: HostResult): Promise<void> {
    return this.inbox.take({ command, result });
  }

  signal(signal: Signal): Promise<void> {
    return this.inbox.take({ signal });
  }

  heard(commands: string[]): void {
    this.effects.heard(commands);
  }

  /** Lets go of it without trace: another owner goes on, or the process ends. */
  release(): void {
    this.letGo();
    this.inbox.close(new Released());
  }

  private letGo(): void {
    this.over = true;
    this.journal.release();
    this.effects.stop();
    this.drive?.stop();
  }

  private async handle(batch: Intake[]): Promise<void> {
    let results: Intake[] = [];
    for (const what of batch) {
      if ('item' in what || 'command' in what) {
        results.push(what);
        continue;
      }
      await this.journalResults(results);
      results = [];
      if (this.over) return;
      if ('signal' in what) await this.signalled(what.signal);
      else await this.turn(what.turn);
    }
    await this.journalResults(results);
    await this.moveOn();
  }

  private async journalResults(results: Intake[]): Promise<void> {
    const { limits, note } = this.deps;
    const { items, next } = this.settle(results);
    for (let start = 0; start < items.length; start += itemsPerRecord) await this.append({ type: 'result', items: items.slice(start, start + itemsPerRecord) });
    this.held.push(...items.filter((item) => !item.key.includes('@')));
    for (const command of next) this.effects.ask(command);
    const before = this.memory.results - items.length;
    if (before < limits.warnResults && this.memory.results >= limits.warnResults) note({ action: this.document.id, results: this.memory.results }, 'an action has very many step results');
    if (this.memory.results > limits.maxResults && this.status !== 'cancelling') throw new Error(`The action has more than ${limits.maxResults} step results.`);
  }

  /** What is news: the first result of each step that was asked for, and what is to be asked after it. */
  private settle(results: Intake[]): { items: StepResult[]; next: OutstandingCommand[] } {
    const items = new Map<string, StepResult>();
    const next: OutstandingCommand[] = [];
    for (const what of results) {
      const settled = 'item' in what ? { item: what.item } : 'command' in what ? this.effects.settle(what.command, what.result, { final: this.status === 'cancelling' }) : undefined;
      if (!settled || items.has(settled.item.key) || !this.memory.isNews(settled.item.key)) continue;
      items.set(settled.item.key, settled.item);
      if ('next' in settled && settled.next) next.push(settled.next);
    }
    return { items: [...items.values()], next };
  }

  private async turn(turn: Turn): Promise<void> {
    if (turn === 'begin') return this.goOn();
    if (turn === 'locks' && this.status === 'queued') return this.tryLocks();
    if (turn === 'count-down' && this.status === 'counting-down' && this.deps.clock.now() >= this.memory.countdownEnds) return this.start();
    if (turn === 'clean-up' && this.status === 'cancelling') return this.finish({ cancelled: this.reason(), overdue: this.effects.unanswered() });
  }

  private async goOn(): Promise<void> {
    const signal = this.memory.lastSignal;
    await this.goOnWith();
    if (signal && !this.over && !(this.memory.hasStarted && answers.includes(signal.name))) await this.act(signal);
  }

  private async goOnWith(): Promise<void> {
    if (this.status === 'accepted') return this.document.needsApproval ? this.become('waiting', { reason: this.document.approvalReason ?? 'approval' }) : this.enqueue();
    if (this.status === 'queued') return this.tryLocks();
    if (this.status === 'counting-down') return this.countDown();
    if (this.memory.hasStarted && this.status !== 'blocked') return this.runScript();
  }

  private async enqueue(): Promise<void> {
    await this.become('queued');
    await this.tryLocks();
  }

  /** All locks or none. Nobody loses a place by asking again. */
  private async tryLocks(): Promise<void> {
    const { clock, limits } = this.deps;
    const since = this.document.needsApproval ? (this.memory.queuedAt ?? clock.now()) : Date.parse(this.document.acceptedAt);
    if (clock.now() > since + this.document.startWithinMs) return this.finish({ cancelled: 'not started in time' });
    const state = await this.persistently(() => this.around.acquire(this.document), 'the lock table does not answer');
    if (state.state === 'queued') return this.effects.timer(clock.now() + limits.lookForLocksMs, () => this.lookForLocks());
    await this.become('counting-down', { dueAt: clock.now() + this.document.countdownSeconds * 1000 });
    this.countDown();
  }

  private countDown(): void {
    this.effects.timer(this.memory.countdownEnds, () => this.inbox.push({ turn: 'count-down' }));
  }

  private async start(): Promise<void> {
    const refused = await this.persistently(() => this.deps.mayStart(this.document), 'whether the action may start is not known');
    if (refused) return this.finish({ cancelled: refused });
    await this.become('running');
    await this.runScript();
  }

  /** Runs the pinned script from its beginning through what the journal holds, then live. */
  private async runScript(): Promise<void> {
    const { id: action, type, snapshot } = this.document;
    const { name, sha } = snapshot.script;
    const bundle = await this.persistently(() => this.deps.bundle(sha), 'the script cannot be read');
    if (!bundle) return this.cannotRun(`The script ${name} (${sha.slice(0, 12)}) is not in the store.`);
    const drive = new ScriptDrive(this.deps.scriptHost.run(bundle, { action, type, snapshot: snapshot as never }));
    this.held = [];
    try {
      this.fresh = await drive.replay(this.journal.records);
    } catch (error) {
      drive.stop();
      if (error instanceof ReplayMismatch) return this.cannotRun(error.message);
      throw error;
    }
    this.drive = drive;
    this.takeUp();
  }

  /** Makes what is journaled and unanswered happen, again if need be. */
  private takeUp(): void {
    const cancelling = this.status === 'cancelling';
    for (const step of this.memory.unfinished()) {
      if (this.isTooLate(step)) this.effects.turnDown(step);
      else if (cancelling && step.kind === 'exec' && this.wasAskedBefore(step)) this.effects.beginCalledOff(step, this.memory.lostAttempts(step.key));
      else this.effects.begin(step, this.memory.lostAttempts(step.key));
    }
    for (const { signal, asked } of this.memory.unusedAnswers()) this.effects.signalled(signal, asked);
    if (cancelling) this.callOff();
  }

  /** No script can be run: a running action is blocked; of a cancelled one what runs is ended. */
  private async cannotRun(why: string): Promise<void> {
    this.drive = undefined;
    if (this.status !== 'cancelling') return this.block(why);
    this.deps.note({ action: this.document.id, why }, 'a cancelled action ends without its clean-up');
    for (const step of this.memory.unfinished()) if (step.kind === 'exec') this.effects.beginCalledOff(step, this.memory.lostAttempts(step.key));
    this.callOff();
  }

  private wasAskedBefore({ key }: StepRequest): boolean {
    return this.drive === undefined || this.drive.askedBeforeCancel(key);
  }

  /** Asked before the script heard of the cancellation, but not yet under way then: it does not begin. */
  private isTooLate(step: StepRequest): boolean {
    return this.status === 'cancelling' && this.wasAskedBefore(step) && !this.memory.mayBeOnItsWay(step.key);
  }

  /** Gives the script what is journaled, journals what it asks for, then makes that happen. */
  private async moveOn(): Promise<void> {
    if (this.over) return;
    if (this.status === 'cancelling' && !this.drive && !this.effects.busy) return this.finish({ cancelled: this.reason() });
    if (!this.drive || !moving.includes(this.status)) return this.send();
    await this.giveHeld(this.drive);
    await this.journalSteps();
    if (this.drive?.end && this.held.length === 0) await this.finish(this.status === 'cancelling' ? { cancelled: this.reason() } : {});
  }

  private async giveHeld(drive: ScriptDrive): Promise<void> {
    while (this.held.length > 0) this.fresh.push(...(await drive.deliver(this.held.shift()!)));
  }

  private async journalSteps(): Promise<void> {
    const steps = this.fresh.splice(0).map((step) => this.timed(step));
    for (let start = 0; start < steps.length; start += stepsPerRecord) {
      const part = steps.slice(start, start + stepsPerRecord);
      await this.append({ type: 'schedule', steps: part });
      for (const step of part) if (this.isTooLate(step)) this.effects.turnDown(step); else this.effects.begin(step);
      await this.send();
    }
    if (steps.length === 0) await this.send();
  }

  /** Times are absolute before they are journaled. */
  private timed(step: StepRequest): StepRequest {
    const now = this.deps.clock.now();
    if (step.kind === 'timer') return { ...step, dueAt: now + step.forMs };
    if (step.kind === 'signal' && step.withinMs !== undefined) return { ...step, dueAt: now + step.withinMs };
    return step;
  }

  private async signalled(signal: Signal): Promise<void> {
    if (this.memory.hasSignal(signal.id)) return;
    await this.append({ type: 'signal', signal });
    await this.act(signal);
  }

  /** What a journaled signal brings about; done again after a crash it brings about the same. */
  private async act(signal: Signal): Promise<void> {
    const reason = `${signal.name} by ${signal.by}${signal.reason ? `: ${signal.reason}` : ''}`;
    const beforeStart = this.status === 'waiting' && !this.memory.hasStarted;
    if (signal.name === 'cancel') return this.cancel(reason);
    if (signal.name === 'pause') return pausable.includes(this.status) ? this.become('paused', { reason }) : undefined;
    if (signal.name === 'resume' || signal.name === 'renew') return this.resume();
    if (beforeStart && signal.name === 'approve') return this.enqueue();
    if (beforeStart && signal.name === 'reject') return this.finish({ cancelled: reason });
    if (this.memory.hasStarted) this.effects.signalled(signal);
  }

  /** Before the start that is the end. Later the script learns of it exactly after everything that was journaled before, and cleans up. */
  private async cancel(reason: string): Promise<void> {
    if (this.status === 'cancelling') return;
    if (!this.memory.hasStarted) return this.finish({ cancelled: reason });
    if (this.drive) await this.giveHeld(this.drive);
    await this.become('cancelling', { reason, dueAt: this.deps.clock.now() + this.deps.limits.cleanUpMs });
    if (!this.drive) return this.runScript();
    this.fresh.push(...(await this.drive.deliver({ cancel: reason })));
    this.callOff();
  }

  private callOff(): void {
    this.effects.timer(this.memory.cleanUpEnds, () => this.inbox.push({ turn: 'clean-up' }));
    this.facts.push(...this.effects.callOff());
  }

  private async resume(): Promise<void> {
    if (this.status === 'blocked') {
      await this.become('running');
      return this.runScript();
    }
    if (this.status !== 'paused') return;
    const to = this.memory.base;
    if (to !== 'counting-down') await this.become(to);
    if (to === 'queued') return this.tryLocks();
    if (to === 'running' && !this.drive) return this.runScript();
    if (to !== 'counting-down') return;
    await this.become(to, { dueAt: Math.max(this.deps.clock.now(), this.memory.countdownEnds) });
    this.countDown();
  }

  private async become(to: ActionStatus, more: { reason?: string; dueAt?: number } = {}): Promise<void> {
    await this.append({ type: 'status', to, ...more });
  }

  private async block(reason: string): Promise<void> {
    this.drive?.stop();
    this.drive = undefined;
    await this.become('blocked', { reason });
  }

  private async finish({ cancelled, overdue = [] }: { cancelled?: string; overdue?: string[] }): Promise<void> {
    const { status, summary } = verdictOf(this.journal.fold.view, this.drive?.end, cancelled);
    const unconfirmedHosts = [...new Set([...summary.unconfirmedHosts, ...overdue])];
    await this.append({ type: 'end', status, summary: { ...summary, unconfirmedHosts } });
    await this.publish(this.facts.splice(0));
    this.letGo();
    await this.around.ended(this);
    this.inbox.close();
  }

  private async append(body: JournalBody): Promise<JournalRecord> {
    const record = await this.journal.append(body);
    this.memory.add(record);
    if (this.shown !== this.status && !isEnd(this.status)) this.around.statusChanged(this);
    this.shown = this.status;
    this.facts.push(...factRecords(this.document, record));
    return record;
  }

  /** Tells what happened and sends the commands that may go now; an expired grant blocks instead. */
  private async send(): Promise<void> {
    const expired = grantEndMs(this.memory.grant) <= this.deps.clock.now();
    if (expired && ['running', 'waiting'].includes(this.status)) await this.block('The grant of the action has expired: approve it anew.');
    const commands = moving.includes(this.status) ? this.effects.commands(this.memory.grant) : [];
    await this.publish([...this.facts.splice(0), ...commands]);
  }

  private async publish(records: BusRecord[]): Promise<void> {
    if (records.length > 0) await this.persistently(() => this.deps.publish(records), 'the bus does not take records');
  }

  private persistently<T>(attempt: () => Promise<T>, fails: string): Promise<T> {
    return persistently(attempt, { deps: this.deps, action: this.document.id, fails, over: () => this.over });
  }

  private reason(): string {
    return this.journal.fold.view.why ?? 'cancelled';
  }

  private watchSilence(): void {
    this.effects.timer(this.deps.clock.now() + this.deps.limits.silenceMs / 3, () => {
      for (const command of this.effects.overdueCommands()) this.inbox.push({ command, result: lostForGood });
      this.publish(this.effects.silentCommands(this.memory.grant)).catch((error: unknown) => this.deps.note({ action: this.document.id, error: String(error) }, 'silent commands are not sent again here'));
      this.watchSilence();
    });
  }

  /** An error that nobody expected: the action is held where it is, and says why; what it holds stays held. */
  private async broken(error: unknown): Promise<void> {
    if (this.over) return;
    if (error instanceof Fenced || error instanceof Released) {
      this.release();
      return this.around.lost(this);
    }
    const reason = error instanceof Error ? error.message : String(error);
    this.deps.note({ action: this.document.id, error: reason }, 'an action cannot go on');
    try {
      if (['running', 'waiting'].includes(this.status)) await this.block(reason);
      else if (this.status === 'cancelling') await this.cannotRun(reason);
      else this.effects.timer(this.deps.clock.now() + againMs, () => this.inbox.push({ turn: 'begin' }));
    } catch {
      this.release();
      this.around.lost(this); // the next owner finds the journal as it is
    }
  }
}

function grantEndMs(grant: Signed): number {
  return Date.parse((JSON.parse(grant.payload) as { expiresAt: string }).expiresAt);
}
