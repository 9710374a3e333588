import type { Note, StepRequest, StepResult } from '@edge/contracts';
import type { Delivery } from '@edge/ports';

/** What a script's wait ends with when the action is cancelled. Let it pass: `finally` blocks run, and may still ask for clean-ups. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** A journaled call that failed for good, with the sentence for people. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
}

type Unkeyed<Request> = Request extends unknown ? Omit<Request, 'key'> : never;
export type Ask = Unkeyed<StepRequest>;

interface Pending { request: StepRequest; resolve(result: StepResult): void; reject(why: Error): void }

/**
 * The script's side of the turn protocol. Keys are `kind/scope/n`, n counted per kind and scope, so that the same script asks under the same keys
 * however its branches interleave.
 *
 * Cancelling: a script at rest waits for something in each of its branches, so every branch learns of it exactly there. Timers and signals
 * are rejected at once; commands and calls, which the world goes on with, when their result is in. What is asked afterwards is clean-up.
 */
export class Conversation {
  private requests: StepRequest[] = [];
  private readonly pending = new Map<string, Pending>();
  /** By kind, then by scope. */
  private readonly counts = new Map<string, Map<string, number>>();
  private reason: string | undefined;

  /** Why the action is being cancelled, once it is. */
  get cancelled(): string | undefined {
    return this.reason;
  }

  /** Asks for one step; the answer is what was journaled. @throws Cancelled for timers, signals and values; commands and calls answer, see `goOn` */
  ask(scope: string, ask: Ask): Promise<StepResult> {
    const request = { ...ask, key: this.nextKey(ask.kind, scope) } as StepRequest;
    this.requests.push(request);
    return new Promise((resolve, reject) => { this.pending.set(request.key, { request, resolve, reject }); });
  }

  /** Takes a branch on after a command or call, once its result is dealt with. @throws Cancelled when the action was cancelled while it waited */
  goOn(cancelledBefore: string | undefined): void {
    if (cancelledBefore === undefined) this.mayBegin();
  }

  /** A fact for people and for the fold. */
  note(note: Note): void {
    this.requests.push({ kind: 'note', key: this.nextKey('note', note.event), note });
  }

  /** @throws Cancelled when the action was cancelled: nothing new is begun then. */
  mayBegin(): void {
    if (this.reason !== undefined) throw new Cancelled(this.reason);
  }

  deliver(delivery: Delivery): void {
    if ('cancel' in delivery) return this.cancel(delivery.cancel);
    const pending = this.pending.get(delivery.key);
    if (!pending) return;
    this.pending.delete(delivery.key);
    pending.resolve(delivery);
  }

  /** What was asked since the last turn. */
  take(): StepRequest[] {
    const taken = this.requests;
    this.requests = [];
    return taken;
  }

  /** True while the world works for the script: its end waits for that. */
  busy(): boolean {
    return [...this.pending.values()].some(({ request }) => request.kind === 'exec' || request.kind === 'call');
  }

  private cancel(reason: string): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    for (const [key, pending] of this.pending) {
      if (pending.request.kind === 'exec' || pending.request.kind === 'call') continue;
      this.pending.delete(key);
      pending.reject(new Cancelled(reason));
    }
  }

  private nextKey(kind: string, scope: string): string {
    const counted = scope.includes('@') ? scope.replaceAll('@', '_') : scope; // the runtime marks further attempts with @
    const counts = this.counts.get(kind) ?? new Map<string, number>();
    const n = (counts.get(counted) ?? 0) + 1;
    counts.set(counted, n);
    if (n === 1) this.counts.set(kind, counts);
    return `${kind}/${counted}/${n}`;
  }
}
