import type { HostResult } from '@edge/contracts';
import type { ActionMemory } from './action-memory.js';
import { grantEndMs, type Outgoing } from './outgoing.js';
import type { RuntimeDeps } from './runtime-deps.js';
import type { Incoming } from './settle-results.js';
import type { StepEffects } from './step-effects.js';

export interface WatchSurroundings {
  memory: ActionMemory;
  effects: StepEffects;
  outgoing: Outgoing;
  deps: RuntimeDeps;
  /** Comes back through the inbox. */
  push(what: Incoming | { turn: 'look' }): void;
}

const lostForGood: HostResult = { outcome: 'lost', cause: 'connection-lost', detail: 'No executor answered for this command in its time.' };

/** What is looked at for as long as an action is here, whether something happens or not. */
export class ActionWatch {
  constructor(private readonly around: WatchSurroundings) {}

  /** Commands of which nobody speaks are sent again; those that nobody will answer any more are lost. */
  silence(): void {
    const { effects, outgoing, deps: { clock, limits }, push } = this.around;
    effects.timer(clock.now() + limits.silenceMs / 3, () => {
      for (const command of effects.overdueCommands()) push({ command, result: lostForGood });
      outgoing.sendAgain();
      this.silence();
    });
  }

  /** When the grant ends. */
  grant(): void {
    this.around.effects.timer(grantEndMs(this.around.memory.grant), () => this.around.push({ turn: 'look' }));
  }

  get grantHasEnded(): boolean {
    return grantEndMs(this.around.memory.grant) <= this.around.deps.clock.now();
  }
}
