import type { ActionDocument, ActionStatus, JournalBody } from '@edge/contracts';
import type { Hindrance } from '../acceptance/may-start.js';
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
  wake(turn: 'locks' | 'count-down' | 'approval'): void;
  cancelled(reason: string): Promise<void>;
}

/** How often one that is held looks whether it still is. */
const lookAgainMs = 30_000;

/** Approval, queue and countdown of one action: no host is contacted here. */
export class BeforeStart {
  constructor(private readonly around: BeforeStartSurroundings) {}

  async goOn(status: ActionStatus): Promise<void> {
    const { document, memory } = this.around;
    if (status === 'accepted' && !document.needsApproval) return this.enqueue();
    if (status === 'accepted') await this.become('waiting', { reason: document.approvalReason ?? 'approval' });
    if (memory.base === 'waiting') return this.limitApproval();
    if (status === 'queued') return this.tryLocks();
    if (status === 'counting-down') this.countDown();
  }

  /** Nobody approved it in its time, also not while it was paused. */
  async notApproved(): Promise<void> {
    if (this.around.memory.base === 'waiting') await this.around.cancelled('not approved in time');
  }

  async enqueue(): Promise<void> {
    await this.become('queued');
    await this.tryLocks();
  }

  /** All locks or none. Nobody loses a place by asking again. */
  async tryLocks(): Promise<void> {
    const { deps: { clock, limits }, document, memory, effects } = this.around;
    const startBy = this.since() + document.startWithinMs;
    if (clock.now() > startBy) return this.around.cancelled('not started in time');
    const state = await this.around.persistently(() => this.around.acquire(document), 'the lock table does not answer');
    if (state.state === 'queued') return effects.timer(clock.now() + limits.lookForLocksMs, () => this.around.wake('locks'));
    if (memory.countdownEnds > 0) return this.release(startBy);
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
    const { deps, memory } = this.around;
    if (deps.clock.now() < memory.countdownEnds) return false;
    const hindrance = await this.hindrance();
    if (!hindrance) await this.become('running');
    else if (hindrance.untilMs === undefined) await this.around.cancelled(hindrance.why);
    else {
      await this.become('queued', { reason: hindrance.why });
      await this.tryLocks();
    }
    return !hindrance;
  }

  /** It has counted down and holds its locks, but something held it back: a freeze. Is that over, it starts; it may also be lifted early. */
  private async release(startBy: number): Promise<void> {
    const { deps: { clock }, effects, memory } = this.around;
    const hindrance = await this.hindrance();
    if (hindrance && hindrance.untilMs === undefined) return this.around.cancelled(hindrance.why);
    if (hindrance?.untilMs !== undefined) return effects.timer(Math.min(clock.now() + lookAgainMs, Math.max(hindrance.untilMs, clock.now() + 1), startBy + 1), () => this.around.wake('locks'));
    await this.become('counting-down', { dueAt: Math.max(clock.now(), memory.countdownEnds) });
    this.countDown();
  }

  /** From when `start_within` counts: acceptance, approval, or when the countdown ended and it was held. */
  private since(): number {
    const { deps: { clock }, document, memory } = this.around;
    if (memory.countdownEnds > 0) return memory.countdownEnds;
    return document.needsApproval ? (memory.queuedAt ?? clock.now()) : Date.parse(document.acceptedAt);
  }

  private hindrance(): Promise<Hindrance | undefined> {
    const { deps, document } = this.around;
    return this.around.persistently(() => deps.mayStart(document), 'whether the action may start is not known');
  }

  private limitApproval(): void {
    const { deps: { limits }, document, effects } = this.around;
    effects.timer(Date.parse(document.acceptedAt) + limits.approvalMs, () => this.around.wake('approval'));
  }

  private countDown(): void {
    this.around.effects.timer(this.around.memory.countdownEnds, () => this.around.wake('count-down'));
  }

  private async become(to: ActionStatus, more: { reason?: string; dueAt?: number } = {}): Promise<void> {
    await this.around.append({ type: 'status', to, ...more });
  }
}
