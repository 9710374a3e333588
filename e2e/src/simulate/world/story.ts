import type { Scheduler } from '@edge/testing/world';

/** What happened in one run: counted always, told in full only when asked for. */
export class Story {
  readonly lines: string[] = [];
  readonly crashes: Record<string, number> = {};
  readonly faults: Record<string, number> = {};
  readonly passes = new Map<string, number>();
  private readonly start: number;

  constructor(private readonly scheduler: Scheduler, private readonly full: boolean) {
    this.start = scheduler.now;
  }

  tell(who: string, what: string, facts: object = {}): void {
    if (!this.full) return;
    const seconds = ((this.scheduler.now - this.start) / 1000).toFixed(3).padStart(10);
    this.lines.push(`${seconds}s  ${who.padEnd(14)} ${what}${Object.keys(facts).length > 0 ? ` ${JSON.stringify(facts)}` : ''}`);
  }

  crashedAt(point: string): void {
    this.crashes[point] = (this.crashes[point] ?? 0) + 1;
  }

  met(fault: string): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
  }

  /** How often this point was passed, this time included. */
  passed(point: string): number {
    const times = (this.passes.get(point) ?? 0) + 1;
    this.passes.set(point, times);
    return times;
  }
}
