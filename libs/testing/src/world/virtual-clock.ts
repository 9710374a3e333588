import { Clock } from '@edge/ports';
import type { Scheduler } from './scheduler.js';

/** The time of a virtual world. */
export class VirtualClock extends Clock {
  constructor(private readonly scheduler: Scheduler) {
    super();
  }

  override now(): number {
    return this.scheduler.now;
  }

  override at(timeMs: number, call: () => void): () => void {
    return this.scheduler.at(timeMs, call);
  }
}
