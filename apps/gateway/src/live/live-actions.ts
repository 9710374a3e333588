import { Injectable } from '@nestjs/common';
import { idTime } from '@edge/contracts';
import type { OutputAppended } from '@edge/contracts/messages';
import { Readiness } from '@edge/nest';
import { OutputRing } from './output-ring.js';

const keptAfterLastUseMs = 5 * 60_000;

/** What is going on right now, per action: its newest output, and who wants to be woken when something happens. */
@Injectable()
export class LiveActions {
  private readonly rings = new Map<string, { ring: OutputRing; usedAt: number }>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly anything = new Set<(action: string) => void>();

  constructor(private readonly readiness: Readiness) {}

  output(chunk: OutputAppended, position: bigint): void {
    this.ring(chunk.action).push({ position, chunk });
    this.wake(chunk.action);
  }

  /** Something about the action changed: listeners read the journal again. */
  wake(action: string): void {
    for (const listener of this.listeners.get(action) ?? []) listener();
    for (const listener of this.anything) listener(action);
  }

  /** Only of an action that began after this program reads the bus is the output known from its first byte. */
  ring(action: string): OutputRing {
    const found = this.rings.get(action) ?? { ring: new OutputRing(idTime(action) > this.readiness.readingSince), usedAt: 0 };
    found.usedAt = Date.now();
    this.rings.set(action, found);
    if (this.rings.size > 1_000) this.forgetIdle();
    return found.ring;
  }

  /** Calls whenever the action changes; answers how to stop that. */
  listen(action: string, listener: () => void): () => void {
    const listeners = this.listeners.get(action) ?? new Set();
    this.listeners.set(action, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(action);
    };
  }

  listenToAll(listener: (action: string) => void): () => void {
    this.anything.add(listener);
    return () => this.anything.delete(listener);
  }

  private forgetIdle(): void {
    for (const [action, { usedAt }] of this.rings) if (Date.now() - usedAt > keptAfterLastUseMs && !this.listeners.has(action)) this.rings.delete(action);
  }
}
