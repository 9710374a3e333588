import type { ActionDocument, ActionStatus, HostResult, Signal } from '@edge/contracts';
import { ActionJournal } from './action-journal.js';
import { ActionMemory } from './action-memory.js';
import { ActionWatch } from './action-watch.js';
import { BeforeStart } from './before-start.js';
import { Control } from './control.js';
import { Inbox } from './inbox.js';
import { JournalWriter } from './journal-writer.js';
import { JournaledResults } from './journaled-results.js';
import { Outgoing } from './outgoing.js';
import { Fenced, persistently, Released } from './persistently.js';
import type { RuntimeDeps } from './runtime-deps.js';
import { ReplayMismatch } from './script-drive.js';
import { ScriptSide } from './script-side.js';
import type { Incoming } from './settle-results.js';
import { StepEffects } from './step-effects.js';
import type { Surroundings } from './surroundings.js';
import { verdictOf } from './verdict-of.js';

type Turn = 'begin' | 'locks' | 'count-down' | 'approval' | 'clean-up' | 'look';
type Intake = Incoming | { signal: Signal } | { turn: Turn };

const stepsPerRecord = 1_000;
const againMs = 5_000;
const moving: readonly ActionStatus[] = ['running', 'waiting', 'cancelling'];
/** Answers to questions of the script are taken up with their questions. */
const answers: readonly string[] = ['approve', 'reject', 'verdict'];

/**
 * One action in the hands of its owner. Everything that happens to it goes through one inbox, is journaled, and only then moves the script or the world:
 * what arrives while an append is under way goes into the next one.
 *
 * The order of a turn stays in one place: intake, append, script, append, world. What each part does is elsewhere:
 * `BeforeStart`, `Control` (signals), `JournaledResults`, `ScriptSide`, `StepEffects`, `JournalWriter`, `Outgoing`, `ActionWatch`.
 */
export class RunningAction {
  private readonly inbox = new Inbox<Intake>((batch) => this.handle(batch), (error) => this.broken(error));
  private readonly memory: ActionMemory;
  private readonly effects: StepEffects;
  private readonly script: ScriptSide;
  private readonly outgoing: Outgoing;
  private readonly writer: JournalWriter;
  private readonly journaled: JournaledResults;
  private readonly watch: ActionWatch;
  private readonly before: BeforeStart;
  private readonly control: Control;
  private over = false;

  constructor(readonly document: ActionDocument, readonly journal: ActionJournal, private readonly deps: RuntimeDeps, private readonly around: Surroundings) {
    const memory = new ActionMemory(document.grant);
    const effects = new StepEffects(document, deps, { answer: (item) => this.inbox.push({ item }), owned: () => journal.isOurs() });
    this.memory = memory;
    this.effects = effects;
    this.script = new ScriptSide({ document, journal, memory, effects, deps });
    this.outgoing = new Outgoing({ document, memory, effects, deps, over: () => this.over });
    this.writer = new JournalWriter({ document, journal, memory, outgoing: this.outgoing, statusChanged: () => around.statusChanged(this) });
    this.journaled = new JournaledResults({ document, memory, effects, script: this.script, writer: this.writer, deps });
    this.watch = new ActionWatch({ memory, effects, outgoing: this.outgoing, deps, push: (what) => this.inbox.push(what) });
    this.before = new BeforeStart({
      document, memory, effects, deps, acquire: (mine) => around.acquire(mine), append: (body) => this.writer.append(body), persistently: (attempt, fails) => this.persistently(attempt, fails),
      wake: (turn) => this.inbox.push({ turn }), cancelled: (reason) => this.finish({ cancelled: reason }),
    });
    this.control = new Control({
      journal, memory, effects, script: this.script, before: this.before, deps, become: (to, more) => this.writer.become(to, more), runScript: () => this.runScript(), callOff: () => this.callOff(),
      watchGrant: () => this.watch.grant(), cancelled: (reason) => this.finish({ cancelled: reason }),
    });
    for (const record of journal.records) memory.add(record);
  }

  get status(): ActionStatus {
    return this.journal.fold.view.status;
  }

  /** Goes on where the journal stands. */
  begin(): void {
    this.watch.silence();
    this.watch.grant();
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
    this.script.stop();
  }

  private async handle(batch: Intake[]): Promise<void> {
    let results: Incoming[] = [];
    for (const what of batch) {
      if ('item' in what || 'command' in what) {
        results.push(what);
        continue;
      }
      await this.journaled.take(results, { final: this.status === 'cancelling' });
      results = [];
      if (this.over) return;
      if ('signal' in what) await this.signalled(what.signal);
      else await this.turn(what.turn);
    }
    await this.journaled.take(results, { final: this.status === 'cancelling' });
    await this.moveOn();
  }

  private async turn(turn: Turn): Promise<void> {
    if (turn === 'begin') return this.goOn();
    if (turn === 'locks' && this.status === 'queued') return this.before.tryLocks();
    if (turn === 'count-down' && this.status === 'counting-down') return (await this.before.start()) ? this.runScript() : undefined;
    if (turn === 'approval' && !this.memory.hasStarted) return this.before.notApproved();
    if (turn === 'clean-up' && this.status === 'cancelling') return this.finish({ cancelled: this.reason() });
  }

  /** A crash may have come between a signal and what it brings about. */
  private async goOn(): Promise<void> {
    const signal = this.memory.lastSignal;
    if (!this.memory.hasStarted) await this.before.goOn(this.status);
    else if (this.status !== 'blocked') await this.runScript();
    if (signal && !this.over && !(this.memory.hasStarted && answers.includes(signal.name))) await this.control.act(signal);
  }

  /** Runs the pinned script from its beginning through what the journal holds, then live. */
  private async runScript(): Promise<void> {
    const { name, sha } = this.document.snapshot.script;
    const bundle = await this.persistently(() => this.deps.bundle(sha), 'the script cannot be read');
    if (!bundle) return this.cannotRun(`The script ${name} (${sha.slice(0, 12)}) is not in the store.`);
    try {
      await this.script.run(bundle);
    } catch (error) {
      if (error instanceof ReplayMismatch) return this.cannotRun(error.message);
      throw error;
    }
    if (this.status !== 'cancelling') return;
    this.limitCleanUp();
    this.outgoing.add(this.effects.callOffAgain());
  }

  /** No script can be run: a running action is blocked; of a cancelled one what runs is ended. */
  private async cannotRun(why: string): Promise<void> {
    if (this.status !== 'cancelling') return this.block(why);
    this.deps.note({ action: this.document.id, why }, 'a cancelled action ends without its clean-up');
    this.limitCleanUp();
    this.outgoing.add(this.script.abandon());
    await this.outgoing.send({ commands: false });
  }

  /** Gives the script what is journaled, journals what it asks for, then makes that happen. */
  private async moveOn(): Promise<void> {
    if (this.over) return;
    if (this.status === 'cancelling' && !this.script.runs && !this.effects.busy) return this.finish({ cancelled: this.reason() });
    if (!this.script.runs || !moving.includes(this.status)) return this.send();
    await this.script.giveHeld();
    await this.journalSteps();
    if (this.script.end) await this.finish(this.status === 'cancelling' ? { cancelled: this.reason() } : {});
  }

  private async journalSteps(): Promise<void> {
    const steps = this.script.take();
    for (let start = 0; start < steps.length; start += stepsPerRecord) {
      const part = steps.slice(start, start + stepsPerRecord);
      await this.writer.append({ type: 'schedule', steps: part });
      for (const step of part) this.script.begin(step);
      await this.send();
    }
    if (steps.length === 0) await this.send();
  }

  private async signalled(signal: Signal): Promise<void> {
    if (this.memory.hasSignal(signal.id)) return;
    await this.writer.append({ type: 'signal', signal });
    await this.control.act(signal);
  }

  private callOff(): void {
    this.limitCleanUp();
    this.outgoing.add(this.effects.callOff());
  }

  private limitCleanUp(): void {
    this.effects.timer(this.memory.cleanUpEnds, () => this.inbox.push({ turn: 'clean-up' }));
  }

  /** Nothing is journaled after a schedule record before its facts are told, see `untoldRecords`. */
  private async block(reason: string): Promise<void> {
    this.script.stop();
    await this.outgoing.send({ commands: false });
    await this.writer.become('blocked', { reason });
    await this.outgoing.send({ commands: false });
  }

  private async finish({ cancelled }: { cancelled?: string }): Promise<void> {
    const { view } = this.journal.fold;
    const { status, summary } = verdictOf(view, this.script.end, cancelled);
    const leftSo = this.script.end ? [] : [...this.effects.unanswered(), ...view.hosts.filter(({ state }) => state === 'running').map(({ host }) => host)];
    const unconfirmedHosts = [...new Set([...summary.unconfirmedHosts, ...leftSo])];
    await this.writer.append({ type: 'end', status, summary: { ...summary, unconfirmedHosts } });
    await this.outgoing.send({ commands: false });
    this.letGo();
    await this.around.ended(this);
    this.inbox.close();
  }

  /** Tells what happened and sends the commands that may go now; an expired grant blocks instead. */
  private async send(): Promise<void> {
    if (this.watch.grantHasEnded && ['running', 'waiting'].includes(this.status)) await this.block('The grant of the action has expired: approve it anew.');
    await this.outgoing.send({ commands: moving.includes(this.status) });
  }

  private persistently<T>(attempt: () => Promise<T>, fails: string): Promise<T> {
    return persistently(attempt, { deps: this.deps, action: this.document.id, fails, over: () => this.over });
  }

  private reason(): string {
    return this.journal.fold.view.why ?? 'cancelled';
  }

  /** An error that nobody expected: the action is held where it is, and says why; what it holds stays held. */
  private async broken(error: unknown): Promise<void> {
    if (this.over) return;
    if (error instanceof Fenced || error instanceof Released) return this.handOver();
    const reason = error instanceof Error ? error.message : String(error);
    this.deps.note({ action: this.document.id, error: reason }, 'an action cannot go on');
    try {
      if (['running', 'waiting'].includes(this.status)) await this.block(reason);
      else if (this.status === 'cancelling') await this.cannotRun(reason);
      else this.effects.timer(this.deps.clock.now() + againMs, () => this.inbox.push({ turn: 'begin' }));
    } catch (inner) {
      this.deps.note({ action: this.document.id, error: String(inner) }, 'an action is handed over as its journal has it');
      this.handOver();
    }
  }

  private handOver(): void {
    this.release();
    this.around.lost(this);
  }
}
