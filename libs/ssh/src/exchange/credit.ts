import type { ClientChannel } from 'ssh2';

const limit = 1024 * 1024;

/** One counter over both streams of a channel: while the sink owes more than 1 MiB, both stand still (one alone would let the other pile up). */
export class Credit {
  private owed = 0;
  private paused = false;
  private released = false;

  constructor(private readonly channel: ClientChannel) {}

  spend(bytes: number, taken: Promise<void>, onError: (error: unknown) => void): void {
    this.owed += bytes;
    if (this.owed > limit && !this.paused && !this.released) this.hold(true);
    taken.catch(onError).finally(() => {
      this.owed -= bytes;
      if (this.owed <= limit / 2 && this.paused) this.hold(false);
    });
  }

  /** Lets what is left flow by: a channel that is not read never closes. */
  release(): void {
    this.released = true;
    this.hold(false);
  }

  private hold(on: boolean): void {
    this.paused = on;
    for (const stream of [this.channel, this.channel.stderr]) {
      if (on) stream.pause();
      else stream.resume();
    }
  }
}
