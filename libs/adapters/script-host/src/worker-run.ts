import type { Delivery, ScriptBundle, ScriptInput, ScriptRun, Turn } from '@edge/ports';
import { ScriptError, type ScriptThread } from './script-thread.js';

/** Results that go to the thread in one question. */
const atOnce = 100;

/** One run in a thread it shares with others. When the thread was lost through no fault of its own, it is replayed in the next one. */
export class WorkerRun implements ScriptRun {
  private readonly delivered: Delivery[] = [];
  private generation = -1;
  private ended: Turn['end'];

  constructor(private readonly thread: ScriptThread, private readonly run: { id: string; bundle: ScriptBundle; input: ScriptInput; forget(): void }) {}

  async start(): Promise<Turn> {
    const [turn] = await this.turns(() => this.caught(async () => [await this.begin()]));
    return turn!;
  }

  async deliver(delivery: Delivery): Promise<Turn> {
    const [turn] = await this.deliverAll([delivery]);
    return turn!;
  }

  deliverAll(deliveries: readonly Delivery[]): Promise<Turn[]> {
    return this.turns(async () => {
      const turns: Turn[] = [];
      for (let start = 0; start < deliveries.length && !turns.at(-1)?.end; start += atOnce) turns.push(...(await this.take(deliveries.slice(start, start + atOnce))));
      return turns;
    });
  }

  stop(): void {
    this.run.forget();
    const forgotten = this.thread.exclusive(async () => {
      if (this.generation === this.thread.generation) await this.thread.ask({ ask: 'stop', run: this.run.id });
    });
    forgotten.catch(() => undefined); // a thread that is gone has forgotten the run
  }

  /** When the script fails over several, it gets them again one by one: what it asked before the one that it fails over counts. */
  private async take(deliveries: readonly Delivery[]): Promise<Turn[]> {
    if (this.generation !== this.thread.generation) await this.replay();
    if (deliveries.length === 1) return this.caught(() => this.ask(deliveries));
    try {
      return await this.ask(deliveries);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      this.generation = -1;
      return this.oneByOne(deliveries);
    }
  }

  private async oneByOne(deliveries: readonly Delivery[]): Promise<Turn[]> {
    const turns: Turn[] = [];
    for (const delivery of deliveries) {
      turns.push(...(await this.take([delivery])));
      if (turns.at(-1)?.end) break;
    }
    return turns;
  }

  private async ask(deliveries: readonly Delivery[]): Promise<Turn[]> {
    const turns = await this.thread.ask<Turn[]>({ ask: 'deliver', run: this.run.id, deliveries });
    this.delivered.push(...deliveries);
    return turns;
  }

  private async begin(): Promise<Turn> {
    const { id, bundle, input } = this.run;
    await this.thread.load(bundle);
    this.generation = this.thread.generation;
    return this.thread.ask<Turn>({ ask: 'start', run: id, sha: bundle.sha, input });
  }

  private async replay(): Promise<void> {
    await this.begin();
    for (let start = 0; start < this.delivered.length; start += atOnce) await this.thread.ask({ ask: 'deliver', run: this.run.id, deliveries: this.delivered.slice(start, start + atOnce) });
  }

  /** One turn at a time; after its end a script does nothing more. */
  private turns(work: () => Promise<Turn[]>): Promise<Turn[]> {
    return this.thread.exclusive(async () => {
      if (this.ended) return [{ requests: [], end: this.ended }];
      const turns = await work();
      this.ended = turns.at(-1)?.end;
      return turns;
    });
  }

  /** What the script does wrong ends it; the runtime hears of it as of any other end. */
  private async caught(work: () => Promise<Turn[]>): Promise<Turn[]> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      return [{ requests: [], end: { ok: false, error: { message: error.message, ...error.place } } }];
    }
  }
}
