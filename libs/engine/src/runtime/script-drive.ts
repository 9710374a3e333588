import { canonicalJson, type JournalRecord, type StepRequest } from '@edge/contracts';
import type { Delivery, ScriptRun, Turn } from '@edge/ports';
import { isOwnKey } from '../journal/attempt-key.js';

/** The script asks for something else than its journal says: going on would be a guess. */
export class ReplayMismatch extends Error {
  override readonly name = 'ReplayMismatch';
}

/**
 * Drives one run of a script: first through what the journal says it was given, comparing what it asks with what it asked then,
 * later live. Answers the requests that are new.
 */
export class ScriptDrive {
  private expected: StepRequest[] = [];
  private readonly asked = new Set<string>();
  private cancelled = false;
  end: Turn['end'];

  constructor(private readonly run: ScriptRun) {}

  /** True for what the script asked before it heard of the cancellation. */
  askedBeforeCancel(key: string): boolean {
    return this.asked.has(key);
  }

  /** @throws ReplayMismatch */
  async replay(records: readonly JournalRecord[]): Promise<StepRequest[]> {
    this.expected = records.flatMap((record) => (record.type === 'schedule' ? record.steps : [])).toReversed();
    const fresh = this.match(await this.run.start());
    for (const record of records) {
      if (record.type === 'status' && record.to === 'cancelling') fresh.push(...(await this.deliver({ cancel: record.reason ?? 'cancelled' })));
      if (record.type !== 'result') continue;
      fresh.push(...(await this.deliverAll(record.items.filter((item) => !isOwnKey(item.key)))));
    }
    const missing = this.expected.at(-1);
    if (missing) throw new ReplayMismatch(`The journal has the step ${missing.key}, but the script did not ask for it again.`);
    return fresh;
  }

  async deliver(delivery: Delivery): Promise<StepRequest[]> {
    if ('cancel' in delivery) this.cancelled = true;
    return this.match(await this.run.deliver(delivery));
  }

  /** One after the other, in the order of the journal. */
  async deliverAll(deliveries: readonly Delivery[]): Promise<StepRequest[]> {
    if (deliveries.length === 0) return [];
    return (await this.run.deliverAll(deliveries)).flatMap((turn) => this.match(turn));
  }

  stop(): void {
    this.run.stop();
  }

  private match(turn: Turn): StepRequest[] {
    if (turn.end) this.end = turn.end;
    if (!this.cancelled) for (const { key } of turn.requests) this.asked.add(key);
    return turn.requests.filter((request) => {
      const journaled = this.expected.pop();
      if (!journaled) return true;
      if (!isSame(journaled, request)) throw new ReplayMismatch(`The journal has the step ${journaled.key}, but the script now asks for ${request.key} with other content.`);
      return false;
    });
  }
}

/** The same code writes the same text in the same order, mostly; only where it does not, the content decides. */
function isSame(journaled: StepRequest, request: StepRequest): boolean {
  return JSON.stringify(journaled) === JSON.stringify(request) || fingerprint(journaled) === fingerprint(request);
}

/** Everything of a step but the time that the runtime itself wrote into it. */
function fingerprint(step: StepRequest): string {
  return canonicalJson({ ...step, dueAt: undefined });
}
