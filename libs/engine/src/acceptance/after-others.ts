import type { Clock } from '@edge/ports';

/** So long at most it waits for others. */
const mostMs = 1_000;
/** So many at once: more would hold up those who come next. */
const most = 32;

interface Waiting<T> { item: T; sinceMs: number }

/**
 * What follows an acceptance stands behind those who still wait for their answer. It is done for a group at once, as soon as nobody is in hand;
 * what has waited for a second is done whoever is.
 */
export class AfterOthers<T> {
  private inHand = 0;
  private busy = false;
  private readonly waiting: Waiting<T>[] = [];
  /** Whose second is being counted. */
  private timed: Waiting<T> | undefined;
  private callOff: (() => void) | undefined;

  /** @param follow never rejects */
  constructor(private readonly clock: Clock, private readonly follow: (items: T[]) => Promise<void>) {}

  /** In hand until the work ends. */
  async during<R>(work: () => Promise<R>): Promise<R> {
    this.inHand += 1;
    try {
      return await work();
    } finally {
      this.inHand -= 1;
      if (this.inHand === 0) void this.go();
    }
  }

  add(item: T): void {
    this.waiting.push({ item, sinceMs: this.clock.now() });
    void this.go();
  }

  private async go(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    while (this.isTime()) await this.follow(this.waiting.splice(0, most).map(({ item }) => item));
    this.busy = false;
    const [first] = this.waiting;
    if (first === this.timed) return;
    this.callOff?.();
    this.timed = first;
    this.callOff = first && this.clock.at(first.sinceMs + mostMs, () => void this.go());
  }

  private isTime(): boolean {
    const [first] = this.waiting;
    return first !== undefined && (this.inHand === 0 || this.clock.now() >= first.sinceMs + mostMs);
  }
}
