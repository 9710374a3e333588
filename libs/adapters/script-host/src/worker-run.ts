import type { Delivery, ScriptBundle, ScriptInput, ScriptRun, Turn } from '@edge/ports';
import { ScriptError, type ScriptThread } from './script-thread.js';

/** One run in a thread it shares with others. When the thread was lost through no fault of its own, it is replayed in the next one. */
export class WorkerRun implements ScriptRun {
  private readonly delivered: Delivery[] = [];
  private generation = -1;
  private ended: Turn['end'];

  constructor(private readonly thread: ScriptThread, private readonly run: { id: string; bundle: ScriptBundle; input: ScriptInput; forget(): void }) {}

  start(): Promise<Turn> {
    return this.turn(() => this.begin());
  }

  deliver(delivery: Delivery): Promise<Turn> {
    return this.turn(async () => {
      if (this.generation !== this.thread.generation) await this.replay();
      this.delivered.push(delivery);
      return this.thread.ask<Turn>({ ask: 'deliver', run: this.run.id, delivery });
    });
  }

  stop(): void {
    this.run.forget();
    const forgotten = this.thread.exclusive(async () => {
      if (this.generation === this.thread.generation) await this.thread.ask({ ask: 'stop', run: this.run.id });
    });
    forgotten.catch(() => undefined); // a thread that is gone has forgotten the run
  }

  private async begin(): Promise<Turn> {
    const { id, bundle, input } = this.run;
    await this.thread.load(bundle);
    this.generation = this.thread.generation;
    return this.thread.ask<Turn>({ ask: 'start', run: id, sha: bundle.sha, input });
  }

  private async replay(): Promise<void> {
    await this.begin();
    for (const delivery of this.delivered) await this.thread.ask({ ask: 'deliver', run: this.run.id, delivery });
  }

  /** What the script does wrong ends it; the runtime hears of it as of any other end. */
  private turn(work: () => Promise<Turn>): Promise<Turn> {
    return this.thread.exclusive(async () => {
      if (this.ended) return { requests: [], end: this.ended };
      const turn = await work().catch((error: unknown): Turn => {
        if (!(error instanceof ScriptError)) throw error;
        return { requests: [], end: { ok: false, error: { message: error.message, ...error.place } } };
      });
      this.ended = turn.end;
      return turn;
    });
  }
}
