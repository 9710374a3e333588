import type { ActionDocument, ActionStatus, JournalBody } from '@edge/contracts';
import type { LockState } from '../locks/lock-entry.js';
import type { ActionMemory } from './action-memory.js';
import type { RuntimeDeps } from './runtime-deps.js';
import type { StepEffects } from './step-effects.js';

export interface BeforeStartSurroundings {
  document: ActionDocument;
  memory: ActionMemory;
  effects: StepEffects;
  deps: RuntimeDeps;
  append(body: JournalBody): Promise<unknown>;
  persistently<T>(attempt: () => Promise<T>, fails: string): Promise<T>;
  acquire(document: ActionDocument): Promise<LockState>;
  /** Comes back through the inbox. */
  wake(turn: 'locks' | 'count-down'): void;
  cancelled(reason: string): Promise<void>;
}

/** Approval, queue and countdown of one action: no host is contacted here. */
export class BeforeStart {
  constructor(private readonly around: BeforeStartSurroundings) {}

  async goOn(status: ActionStatus): Promise<void> {
    const { document } = this.around;
    if (status === 'accepted') return document.needsApproval ? this.become('waiting', { reason: document.approvalReason ?? 'approval' }) : this.enqueue();
    if (status === 'queued') return this.tryLocks();
    if (status === 'counting-down') this.countDown();
  }

  async enqueue(): Promise<void> {
    await this.become('queued');
    await this.tryLocks();
  }

  /** All locks or none. Nobody loses a place by asking again. */
  async tryLocks(): Promise<void> {
    const { deps: { clock, limits }, document, memory, effects } = this.around;
    const since = document.needsApproval ? (memory.queuedAt ?? clock.now()) : Date.parse(document.acceptedAt);
    if (clock.now() > since + document.startWithinMs) return this.around.cancelled('not started in time');
    const state = await this.around.persistently(() => this.around.acquire(document), 'the lock table does not answer');
    if (state.state === 'queued') return effects.timer(clock.now() + limits.lookForLocksMs, () => this.around.wake('locks'));
    await this.become('counting-down', { dueAt: clock.now() + document.countdownSeconds * 1000 });
    this.countDown();
  }

  /** After a pause: what is left of it. */
  async countDownAgain(): Promise<void> {
    await this.become('counting-down', { dueAt: Math.max(this.around.deps.clock.now(), this.around.memory.countdownEnds) });
    this.countDown();
  }

  /** Looks once more whether it may start. False: it has ended instead, or it is too early. */
  async start(): Promise<boolean> {
    const { deps, document, memory } = this.around;
    if (deps.clock.now() < memory.countdownEnds) return false;
    const refused = await this.around.persistently(() => deps.mayStart(document), 'whether the action may start is not known');
    if (refused) await this.around.cancelled(refused);
    else await this.become('running');
    return !refused;
  }

  private countDown(): void {
    this.around.effects.timer(this.around.memory.countdownEnds, () => this.around.wake('count-down'));
  }

  private async become(to: ActionStatus, more: { reason?: string; dueAt?: number } = {}): Promise<void> {
    await this.around.append({ type: 'status', to, ...more });
  }
}
