import type { ActionDocument, ExecStep, StepRequest, StepResult } from '@edge/contracts';
import type { BusRecord, ScriptBundle } from '@edge/ports';
import type { ActionJournal } from './action-journal.js';
import type { ActionMemory } from './action-memory.js';
import type { RuntimeDeps } from './runtime-deps.js';
import { ScriptDrive } from './script-drive.js';
import type { StepEffects } from './step-effects.js';

export interface ScriptSurroundings { document: ActionDocument; journal: ActionJournal; memory: ActionMemory; effects: StepEffects; deps: RuntimeDeps }

/** The script of one action and what stands between it and the journal: results it was not given yet, steps that are not journaled yet. */
export class ScriptSide {
  private drive: ScriptDrive | undefined;
  /** Journaled, and not yet given to the script. */
  private held: StepResult[] = [];
  /** Asked by the script, and not yet journaled. */
  private fresh: StepRequest[] = [];

  constructor(private readonly around: ScriptSurroundings) {}

  get runs(): boolean {
    return this.drive !== undefined;
  }

  /** How the script ended, once it was given everything. */
  get end() {
    return this.held.length === 0 && this.fresh.length === 0 ? this.drive?.end : undefined;
  }

  /** From its beginning through what the journal holds; then what is unanswered happens, again if need be. @throws ReplayMismatch */
  async run(bundle: ScriptBundle): Promise<void> {
    const { document: { id: action, type, snapshot }, deps, journal } = this.around;
    this.stop();
    const drive = new ScriptDrive(deps.scriptHost.run(bundle, { action, type, snapshot: snapshot as never }));
    try {
      this.fresh = await drive.replay(journal.records);
    } catch (error) {
      drive.stop();
      throw error;
    }
    this.drive = drive;
    this.takeUp();
  }

  hold(items: StepResult[]): void {
    this.held.push(...items);
  }

  /** Gives the script what is journaled, one by one. */
  async giveHeld(): Promise<void> {
    if (this.drive && this.held.length > 0) this.fresh.push(...(await this.drive.deliverAll(this.held.splice(0))));
  }

  async cancel(reason: string): Promise<void> {
    if (this.drive) this.fresh.push(...(await this.drive.deliver({ cancel: reason })));
  }

  /** What is to be journaled; times are absolute from here on. */
  take(): StepRequest[] {
    return this.fresh.splice(0).map((step) => this.timed(step));
  }

  /** A journaled step happens, unless the cancellation was quicker. */
  begin(step: StepRequest): void {
    if (this.isTooLate(step)) this.around.effects.turnDown(step);
    else this.around.effects.begin(step);
  }

  /** No script will hear of it any more: what runs is told to end. */
  abandon(): BusRecord[] {
    const { memory, effects } = this.around;
    this.stop();
    for (const step of memory.unfinished()) if (step.kind === 'exec') this.beginCalledOff(step);
    return effects.callOff();
  }

  stop(): void {
    this.drive?.stop();
    this.drive = undefined;
    this.held = [];
    this.fresh = [];
  }

  private takeUp(): void {
    const { memory, effects } = this.around;
    for (const step of memory.unfinished()) {
      if (this.isTooLate(step)) effects.turnDown(step, memory.lostAttempts(step.key));
      else if (this.isCancelling() && step.kind === 'exec' && this.wasAskedBefore(step)) this.beginCalledOff(step);
      else effects.takeUp(step, memory.lostAttempts(step.key));
    }
    for (const { signal, asked } of memory.unusedAnswers()) effects.signalled(signal, asked);
  }

  private beginCalledOff(step: ExecStep): void {
    this.around.effects.beginCalledOff(step, this.around.memory.lostAttempts(step.key));
  }

  /** Asked before the script heard of the cancellation, but not yet under way then: it does not begin. */
  private isTooLate(step: StepRequest): boolean {
    return this.isCancelling() && this.wasAskedBefore(step) && !this.around.memory.mayBeOnItsWay(step.key);
  }

  private wasAskedBefore({ key }: StepRequest): boolean {
    return this.drive === undefined || this.drive.askedBeforeCancel(key);
  }

  private isCancelling(): boolean {
    return this.around.journal.fold.view.status === 'cancelling';
  }

  private timed(step: StepRequest): StepRequest {
    const now = this.around.deps.clock.now();
    if (step.kind === 'timer') return { ...step, dueAt: now + step.forMs };
    if (step.kind === 'signal' && step.withinMs !== undefined) return { ...step, dueAt: now + step.withinMs };
    return step;
  }
}
