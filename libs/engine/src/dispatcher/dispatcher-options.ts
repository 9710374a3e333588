import type { Bus, Clock, DeliveredRecord, Subscription } from '@edge/ports';

/** What a handler is told beside the record. `attempt` counts from 1. `signal` is aborted when the record is no longer ours: then nothing that the handler does counts any more. */
export interface DispatchContext { attempt: number; signal: AbortSignal }

export interface DispatchCaps {
  /** Records taken and not done, over all partitions. */
  inFlight: number;
  /** Characters of their keys and values. */
  bytes: number;
  /** Characters of one partition's: the others go on when one brings more than can be handled. */
  share: number;
  /** Records of one partition that a successor would be given again. */
  span: number;
}

export interface DispatchRetries {
  /** Attempts before a record becomes a dead letter. */
  attempts: number;
  firstMs: number;
  /** Pauses double up to this. */
  longestMs: number;
}

export interface DispatchProblem { doing: 'handle' | 'commit' | 'dead-letter'; error: unknown; attempt: number; record?: DeliveredRecord }

export interface DispatcherOptions {
  bus: Pick<Bus, 'subscribe'>;
  subscription: Subscription;
  /** Resolves when the record is dealt with for good. A rejection is tried again. */
  handle(record: DeliveredRecord, context: DispatchContext): Promise<void>;
  /** Records of one lane are handled one after the other, in their order. Default: the key; records without a key have a lane each. */
  laneOf?(record: DeliveredRecord): string;
  /** True: it does not wait behind its lane but is handled at once (a cancellation). */
  control?(record: DeliveredRecord): boolean;
  /** Why a record can never be handled: it becomes a dead letter without an attempt. */
  refuse?(record: DeliveredRecord): string | undefined;
  /** True: the world is not there at the moment (a store is down or full): tried for as long as it takes, no dead letter. Default: EdgeErrors of status 503. */
  holds?(error: unknown): boolean;
  /** Resolves when the dead letter is safe; a rejection is tried again for as long as it takes. */
  deadLetter(record: DeliveredRecord, cause: string, attempts: number): Promise<void>;
  /** The driver gave up for good. */
  failed?(cause: Error): void;
  /** Hears what went wrong and is tried again. */
  report?(problem: DispatchProblem): void;
  /** `never`: for those who watch from now on in a group of their own. Default `watermark`. */
  commits?: 'watermark' | 'never';
  caps?: Partial<DispatchCaps>;
  retries?: Partial<DispatchRetries>;
  clock: Clock;
}

export const defaultCaps: DispatchCaps = { inFlight: 2000, bytes: 64_000_000, share: 16_000_000, span: 10_000 };
export const defaultRetries: DispatchRetries = { attempts: 5, firstMs: 200, longestMs: 10_000 };

/** How long after something is done its partition is committed: many at once. */
export const COMMIT_AFTER_MS = 250;
