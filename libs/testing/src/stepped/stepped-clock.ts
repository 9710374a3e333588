import { Clock } from '@edge/ports';

/** A clock that stands still until it is moved. */
export class SteppedClock extends Clock {
  private timers: { at: number; call: () => void }[] = [];

  constructor(private time = 1_700_000_000_000) {
    super();
  }

  override now(): number {
    return this.time;
  }

  override at(timeMs: number, call: () => void): () => void {
    const timer = { at: timeMs, call };
    this.timers.push(timer);
    return () => { this.timers = this.timers.filter((other) => other !== timer); };
  }

  get pending(): number {
    return this.timers.length;
  }

  /** Goes to the next timer and calls it; false if there is none. */
  step(): boolean {
    const next = this.timers.toSorted((a, b) => a.at - b.at)[0];
    if (!next) return false;
    this.timers = this.timers.filter((timer) => timer !== next);
    this.time = Math.max(this.time, next.at);
    next.call();
    return true;
  }

  /** Lets so much time pass; what the calls await runs in between. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settled();
    while (this.timers.some(({ at }) => at <= end)) {
      this.step();
      await settled();
    }
    this.time = end;
  }
}

/** Everything that can go on without time or input has gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
