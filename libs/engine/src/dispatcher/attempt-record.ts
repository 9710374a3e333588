import { EdgeError } from '@edge/contracts';
import { type DispatcherOptions, type DispatchRetries } from './dispatcher-options.js';
import type { Entry } from './partition-ledger.js';
import { pause, pauseMs } from './pause-ms.js';

export type Ending = 'handled' | 'dead-letter' | 'abandoned';

interface Attempting { options: DispatcherOptions; retries: DispatchRetries; /** Ends pauses: what waits is left to the next owner. */ stopping: AbortSignal }

const isAway = (error: unknown): boolean => error instanceof EdgeError && error.status === 503;

/** Handles a record until it is dealt with: handled, or safe as a dead letter. `abandoned` when it is no longer ours, or waited for its next attempt at a stop. */
export async function attemptRecord(entry: Entry, attempting: Attempting): Promise<Ending> {
  const { record, abort } = entry;
  const { options, retries, stopping } = attempting;
  const refusal = options.refuse?.(record);
  if (refusal !== undefined) return deadLetter(entry, { cause: refusal, attempts: 1 }, attempting);
  const isHeld = (error: unknown): boolean => (options.holds ? options.holds(error) : isAway(error));
  for (let attempt = 1, failures = 0; ; attempt += 1) {
    if (abort.signal.aborted || stopping.aborted) return 'abandoned';
    try {
      await options.handle(record, { attempt, signal: abort.signal });
      return abort.signal.aborted ? 'abandoned' : 'handled';
    } catch (error) {
      if (abort.signal.aborted) return 'abandoned';
      options.report?.({ doing: 'handle', error, attempt, record });
      failures += isHeld(error) ? 0 : 1;
      if (failures >= retries.attempts) return deadLetter(entry, { cause: sentence(error), attempts: attempt }, attempting);
    }
    await pause(options.clock, pauseMs(attempt, retries), AbortSignal.any([abort.signal, stopping]));
  }
}

async function deadLetter({ record, abort }: Entry, letter: { cause: string; attempts: number }, { options, retries, stopping }: Attempting): Promise<Ending> {
  const left = AbortSignal.any([abort.signal, stopping]);
  for (let attempt = 1; !left.aborted; attempt += 1) {
    try {
      await options.deadLetter(record, letter.cause, letter.attempts);
      return abort.signal.aborted ? 'abandoned' : 'dead-letter';
    } catch (error) {
      options.report?.({ doing: 'dead-letter', error, attempt, record });
    }
    await pause(options.clock, pauseMs(attempt, retries), left);
  }
  return 'abandoned';
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
