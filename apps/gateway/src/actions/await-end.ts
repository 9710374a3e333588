import { Injectable } from '@nestjs/common';
import { Journal } from '@edge/ports';
import { LiveActions } from '../live/live-actions.js';
import { ActionReader, type ReadAction } from './action-reader.js';

/** A missed wake-up costs at most this long. */
const lookAgainMs = 1_000;
const longestWaitMs = 3_600_000;

/** `Prefer: wait=N`: waits for an action's end. */
@Injectable()
export class AwaitEnd {
  private ending = false;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly reader: ActionReader, private readonly live: LiveActions, private readonly journal: Journal) {}

  /** The action at its end, or as it is when the time is over, the caller has gone, or this process ends. */
  async until(id: string, { waitMs, gone }: { waitMs: number; gone: AbortSignal }): Promise<ReadAction> {
    const deadline = Date.now() + Math.min(waitMs, longestWaitMs);
    for (let seen = 0; ; ) {
      const changed = this.nextChange(id, Math.min(lookAgainMs, Math.max(0, deadline - Date.now())), gone);
      const records = await this.journal.read(id, seen);
      if (records.some(({ type }) => type === 'end') || Date.now() >= deadline || gone.aborted || this.ending) return this.reader.read(id);
      seen += records.length;
      await changed;
    }
  }

  /** Whoever waits is answered now, as at the end of the wait: the action goes on without this process. */
  beforeApplicationShutdown(): void {
    this.ending = true;
    for (const done of this.waiting) done();
  }

  private nextChange(id: string, withinMs: number, gone: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        this.waiting.delete(done);
        gone.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      const stop = this.live.listen(id, done);
      gone.addEventListener('abort', done);
      this.waiting.add(done);
    });
  }
}
