import type { JournalRecord } from '@edge/contracts';

/**
 * The append-only record of one action; the fence. A record is durable when `append` resolves.
 * `appended`: it is there. `taken`: another record has this (action, seq): somebody else owns the action.
 * A rejection means unknown: read back by key and own token (`writer`).
 */
export abstract class Journal {
  abstract append(record: JournalRecord): Promise<'appended' | 'taken'>;
  /** Records from this seq on, in order. */
  abstract read(action: string, fromSeq?: number): Promise<JournalRecord[]>;
  /** Removes the journals of these actions whole. */
  abstract prune(actions: string[]): Promise<void>;
  abstract health(): Promise<{ ok: boolean; detail: string }>;
  abstract close(): Promise<void>;
}
