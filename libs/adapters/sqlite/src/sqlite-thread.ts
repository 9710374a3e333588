import type { Worker } from 'node:worker_threads';
import { EdgeError, errors } from '@edge/contracts';
import type { Answer, Call, Failure, Greeting, StoreStats, ThreadSetup } from './protocol.js';
import { startWorker } from './start-worker.js';

/** `open` resolves when the thread owns its file; it rejects with one sentence if it cannot. */
export interface StartedThread { open(): Promise<SqliteThread>; end(): Promise<unknown> }

interface Waiting { resolve(value: unknown): void; reject(error: Error): void }

/**
 * This side of the thread that owns a database file: what one turn of the event loop asks goes out together (waking a thread costs more than most calls),
 * answers come back when what they wrote is durable.
 */
export class SqliteThread {
  private readonly waiting = new Map<number, Waiting>();
  private readonly ended: Promise<void>;
  private outbox: Call[] = [];
  private lastId = 0;
  private closing = false;
  private gone: EdgeError | undefined;
  private refusal: EdgeError | undefined;
  /** Called once if the thread ends before `close`. */
  onLost: (cause: EdgeError) => void = () => undefined;

  private constructor(private readonly worker: Worker, private readonly file: string, /** What is worth telling of the opening. */ readonly notes: string[]) {
    worker.on('message', (answers: Answer[]) => {
      for (const answer of answers) this.settle(answer);
    });
    worker.on('error', (error: Error) => this.lost(`it failed: ${error.message}`));
    this.ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.lost('it ended');
        resolve();
      });
    });
  }

  /** Starts the thread, which touches nothing before it is told to open its file. */
  static start(setup: ThreadSetup): StartedThread {
    const worker = startWorker(setup);
    const greeting = greetingOf(worker);
    greeting.catch(() => undefined); // told by `open`
    return {
      end: () => worker.terminate(),
      open: async () => {
        worker.postMessage('open');
        const said = await greeting;
        if (said.ready) return new SqliteThread(worker, `${setup.kind}.db`, said.notes);
        await worker.terminate();
        throw edgeError(said.failure);
      },
    };
  }

  call<T>(name: string, args: unknown = {}): Promise<T> {
    if (this.gone) return Promise.reject(this.gone);
    if (this.closing) return Promise.reject(errors.unavailable(`${this.file} is closed.`));
    const id = (this.lastId += 1);
    if (this.outbox.length === 0) setImmediate(() => this.send());
    this.outbox.push({ id, name, args });
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: (value) => resolve(value as T), reject });
    });
  }

  alive(): boolean {
    return !this.gone && !this.closing;
  }

  stats(): Promise<StoreStats> {
    return this.call<StoreStats>('file.stats');
  }

  /** Whether the file can be read, and written as far as the last write tells; after a refused one it is tried again. */
  async health(): Promise<{ ok: boolean; detail: string }> {
    try {
      await this.call(this.refusal ? 'file.touch' : 'file.check');
      this.refusal = undefined;
      return { ok: true, detail: `${this.file} answers` };
    } catch (error) {
      return { ok: false, detail: (error as Error).message };
    }
  }

  /** Answers what was asked before, then closes the file. */
  async close(): Promise<void> {
    if (this.gone || this.closing) return this.ended;
    const last = this.call('file.check').catch(() => undefined);
    this.closing = true;
    await last;
    this.worker.postMessage('close');
    await this.ended;
  }

  private send(): void {
    const calls = this.outbox;
    this.outbox = [];
    this.worker.postMessage(calls);
  }

  private settle(answer: Answer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (!('failure' in answer)) return waiting?.resolve(answer.value);
    const error = edgeError(answer.failure);
    if (error.code === 'store-full') this.refusal = error;
    waiting?.reject(error);
  }

  private lost(why: string): void {
    if (this.gone) return;
    this.gone = errors.unavailable(`The thread that owns ${this.file} is gone: ${why}.`);
    for (const call of this.waiting.values()) call.reject(this.gone);
    this.waiting.clear();
    if (!this.closing) this.onLost(this.gone);
  }
}

function greetingOf(worker: Worker): Promise<Greeting> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    const ended = (): void => reject(errors.unavailable('A thread of the stores ended before it had opened its file.'));
    worker.once('error', failed);
    worker.once('exit', ended);
    worker.once('message', (greeting: Greeting) => {
      worker.off('error', failed);
      worker.off('exit', ended);
      resolve(greeting);
    });
  });
}

function edgeError({ kind, detail }: Failure): EdgeError {
  if (kind === 'full') return errors.storeFull(detail);
  return kind === 'unavailable' ? errors.unavailable(detail) : errors.internal(detail);
}
