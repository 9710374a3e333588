import type { ActionStatus, Signal } from '@edge/contracts';
import type { ActionJournal } from './action-journal.js';
import type { ActionMemory } from './action-memory.js';
import type { BeforeStart } from './before-start.js';
import type { RuntimeDeps } from './runtime-deps.js';
import type { ScriptSide } from './script-side.js';
import type { StepEffects } from './step-effects.js';

/** What signals move: the parts of one action, and what its owner does with the whole of it. */
export interface ControlSurroundings {
  journal: ActionJournal;
  memory: ActionMemory;
  effects: StepEffects;
  script: ScriptSide;
  before: BeforeStart;
  deps: RuntimeDeps;
  become(to: ActionStatus, more?: { reason?: string; dueAt?: number }): Promise<void>;
  runScript(): Promise<void>;
  callOff(): void;
  watchGrant(): void;
  cancelled(reason: string): Promise<void>;
}

const pausable: readonly ActionStatus[] = ['queued', 'counting-down', 'running', 'waiting'];

/** What people want of an action: each signal is journaled before it comes here, and brings about the same when it comes again after a crash. */
export class Control {
  constructor(private readonly around: ControlSurroundings) {}

  async act(signal: Signal): Promise<void> {
    const { memory, before, effects } = this.around;
    const reason = `${signal.name} by ${signal.by}${signal.reason ? `: ${signal.reason}` : ''}`;
    const beforeStart = this.status === 'waiting' && !memory.hasStarted;
    if (signal.name === 'cancel') return this.cancel(reason);
    if (signal.name === 'pause') return pausable.includes(this.status) ? this.around.become('paused', { reason }) : undefined;
    if (signal.name === 'resume' || signal.name === 'renew') return this.resume();
    if (beforeStart && signal.name === 'approve') return before.enqueue();
    if (beforeStart && signal.name === 'reject') return this.around.cancelled(reason);
    if (memory.hasStarted) effects.signalled(signal);
  }

  private get status(): ActionStatus {
    return this.around.journal.fold.view.status;
  }

  /** Before the start that is the end. Later the script learns of it exactly after everything that was journaled before, and cleans up. */
  private async cancel(reason: string): Promise<void> {
    const { memory, script, deps: { clock, limits } } = this.around;
    if (this.status === 'cancelling') return;
    if (!memory.hasStarted) return this.around.cancelled(reason);
    await script.giveHeld();
    await this.around.become('cancelling', { reason, dueAt: clock.now() + limits.cleanUpMs });
    if (!script.runs) return this.around.runScript();
    await script.cancel(reason);
    this.around.callOff();
  }

  private async resume(): Promise<void> {
    const { memory: { base: to }, before, script } = this.around;
    if (this.status === 'blocked') {
      this.around.watchGrant();
      await this.around.become('running');
      return this.around.runScript();
    }
    if (this.status !== 'paused') return;
    if (to === 'counting-down') return before.countDownAgain();
    await this.around.become(to);
    if (to === 'queued') return before.tryLocks();
    if (to === 'running' && !script.runs) return this.around.runScript();
  }
}
