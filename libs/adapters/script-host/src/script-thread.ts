import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { formatDuration } from '@edge/contracts';
import type { ScriptBundle } from '@edge/ports';
import type { Answer, Ask } from './protocol.js';

export interface ThreadLimits {
  /** A question that is not answered by then ends the thread; on a busy machine later, when the thread has had its share of the processor. */
  turnMs: number;
  memoryMb: number;
}

/** What the script itself did wrong, with its place in the author's source. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
  constructor(message: string, readonly place: { file?: string; line?: number } = {}) {
    super(message);
  }
}

/** Of the second half of a turn's time; less says that the machine is busy, not that the script is at fault. */
const shareOfProcessor = 0.5;
/** Then it is at an end whatever the machine does. */
const mostTurns = 12;
/** Runs that have ended, for each MB of the thread's memory: the author's module of each stays there for good, with some 60 KB. */
const spentPerMb = 4;

/**
 * One thread that answers questions, strictly one at a time. A script that hangs or eats up its memory ends the thread: that question fails
 * with a ScriptError and a new `generation` begins: what ran in the old thread is gone and has to be replayed in the next. So it is when too many have run
 * in it: the memory that they leave behind must not be laid to the charge of a later one.
 */
export class ScriptThread {
  generation = 0;
  private worker: Worker | undefined;
  private tail: Promise<unknown> = Promise.resolve();
  private readonly loaded = new Set<string>();
  private n = 0;
  private closed = false;
  private spent = 0;

  constructor(private readonly limits: ThreadLimits) {}

  /** Has the thread for itself until the work ends. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.tail.then(work, work);
    this.tail = turn.catch(() => undefined); // whoever asked gets the rejection; the next in line only waits for the end
    return turn;
  }

  /** Only within `exclusive`. */
  async load(bundle: ScriptBundle): Promise<void> {
    if (this.spent >= this.limits.memoryMb * spentPerMb) this.drop();
    this.ensure();
    if (this.loaded.has(bundle.sha)) return;
    await this.ask({ ask: 'load', bundle });
    this.loaded.add(bundle.sha);
  }

  /** Only within `exclusive`. @throws ScriptError */
  ask<T>(ask: Ask): Promise<T> {
    const worker = this.ensure();
    const n = ++this.n;
    if (ask.ask === 'stop' || ask.ask === 'rehearse') this.spent += 1;
    return new Promise<T>((resolve, reject) => {
      const stop = () => {
        clearInterval(deadline);
        worker.off('message', heard).off('error', failed).off('exit', gone);
        worker.unref();
      };
      const lose = (message: string) => {
        stop();
        this.drop();
        reject(new ScriptError(message));
      };
      const heard = (answer: Answer) => {
        if (answer.n !== n) return;
        stop();
        if ('error' in answer) reject(new ScriptError(answer.error.message, answer.error));
        else resolve(answer.value as T);
      };
      const failed = (error: Error & { code?: string }) => lose(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `The script used more than ${this.limits.memoryMb} MB of memory.` : `The script failed outside its handler: ${error.message}`);
      const gone = (code: number) => lose(`The script ended its thread (code ${code}).`);
      const { turnMs } = this.limits;
      const began = performance.now();
      let before: Promise<number> | undefined;
      const overdue = async () => {
        if (!before) return void (before = processorMs(worker)); // looked at no sooner: looking costs more than most questions
        if ((await processorMs(worker)) - (await before) < (turnMs / 2) * shareOfProcessor && performance.now() - began < turnMs * mostTurns) return;
        lose(`The script did not come to rest within ${formatDuration(turnMs)}: it loops without waiting for anything.`);
      };
      const deadline = setInterval(() => void overdue(), turnMs / 2);
      worker.on('message', heard).on('error', failed).on('exit', gone);
      worker.ref();
      worker.postMessage({ ...ask, n });
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private ensure(): Worker {
    if (this.closed) throw new Error('The script host is closed.');
    if (this.worker) return this.worker;
    const worker = new Worker(workerFile(), { resourceLimits: { maxOldGenerationSizeMb: this.limits.memoryMb }, env: {}, argv: [], execArgv: ['--disable-warning=ExperimentalWarning'] });
    worker.on('error', () => this.forget(worker)).on('exit', () => this.forget(worker));
    worker.unref();
    this.worker = worker;
    return worker;
  }

  private drop(): void {
    const worker = this.worker;
    if (!worker) return;
    this.forget(worker);
    void worker.terminate();
  }

  private forget(worker: Worker): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    this.generation += 1;
    this.spent = 0;
    this.loaded.clear();
  }
}

/** Processor time of a thread so far; none of one that has not begun, or has ended, which is heard of by its exit. */
function processorMs(worker: Worker): Promise<number> {
  return worker.cpuUsage().then(({ user, system }) => (user + system) / 1000, () => 0);
}

/** A built program has the worker beside it; tests run the source beside this file; a program bundled elsewhere finds it by the package's name. */
function workerFile(): URL {
  const beside = ['./script-worker.js', './script-worker.ts'].map((name) => new URL(name, import.meta.url)).find((url) => existsSync(url));
  return beside ?? pathToFileURL(createRequire(fileURLToPath(import.meta.url)).resolve('@edge/script-host/worker'));
}
