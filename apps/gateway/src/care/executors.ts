import { Injectable } from '@nestjs/common';
import type { CommandsRunning } from '@edge/contracts/messages';

export interface ExecutorState { executor: string; running: number; heard_at: string }

const forgottenAfterMs = 60_000;

/** Executors as their own messages tell of them. */
@Injectable()
export class Executors {
  private readonly heard = new Map<string, { at: number; running: Map<string, number> }>();

  running({ executor, action, commands }: CommandsRunning): void {
    const known = this.heard.get(executor) ?? { at: 0, running: new Map<string, number>() };
    known.at = Date.now();
    known.running.set(action, commands.length);
    this.heard.set(executor, known);
  }

  list(): ExecutorState[] {
    const since = Date.now() - forgottenAfterMs;
    return [...this.heard].filter(([, { at }]) => at > since).map(([executor, { at, running }]) => ({ executor, heard_at: new Date(at).toISOString(), running: [...running.values()].reduce((sum, n) => sum + n, 0) }));
  }
}
