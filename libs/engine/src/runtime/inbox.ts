interface Waiting<T> { what: T; done(): void; failed(why: unknown): void }

const nobody = (): void => undefined;

/** Takes things in and hands over, one batch at a time, whatever lies there together. */
export class Inbox<T> {
  private waiting: Waiting<T>[] = [];
  private working = false;
  private closed: { why?: Error } | undefined;

  /**
   * @param handle deals with a batch; a rejection is every sender's
   * @param broken hears of it, and decides how to go on
   */
  constructor(private readonly handle: (batch: T[]) => Promise<void>, private readonly broken: (error: unknown) => Promise<void>) {}

  /** Nobody waits for it. */
  push(what: T): void {
    this.add({ what, done: nobody, failed: nobody });
  }

  /** Resolves when it is dealt with or superfluous; rejects when it is not, and should be brought again. */
  take(what: T): Promise<void> {
    return new Promise((done, failed) => { this.add({ what, done, failed }); });
  }

  /** Takes nothing more. What lies there is superfluous, or, with a reason, has to be brought to somebody else. */
  close(why?: Error): void {
    this.closed ??= why ? { why } : {};
    for (const waiting of this.waiting.splice(0)) this.turnAway(waiting);
  }

  private add(waiting: Waiting<T>): void {
    if (this.closed) return this.turnAway(waiting);
    this.waiting.push(waiting);
    if (!this.working) void this.work();
  }

  private turnAway({ done, failed }: Waiting<T>): void {
    if (this.closed?.why) failed(this.closed.why);
    else done();
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.waiting.length > 0 && !this.closed) {
      const batch = this.waiting.splice(0);
      try {
        await this.handle(batch.map(({ what }) => what));
        for (const each of batch) if (this.closed) this.turnAway(each); else each.done();
      } catch (error) {
        await this.broken(error);
        for (const { failed } of batch) failed(error);
      }
    }
    this.working = false;
  }
}
