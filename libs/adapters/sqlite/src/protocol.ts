// What travels between the program and the thread that owns a database file. Types only: erased before anything runs.

/** Which file a thread owns. */
export type StoreKind = 'edge' | 'log';

/** Handed to a thread at its start. `fields` are the indexed fields per collection of documents. */
export interface ThreadSetup {
  kind: StoreKind;
  folder: string;
  fields: Record<string, readonly string[]>;
  /** Upper bound of the file in bytes; beyond it writes are refused as on a full disk. */
  maxBytes?: number;
}

/** One call: `write` calls of a batch share one transaction. */
export interface Call { id: number; name: string; args: unknown }

export type FailureKind = 'full' | 'unavailable' | 'internal';
export interface Failure { kind: FailureKind; detail: string }

export type Answer = { id: number; value: unknown } | { id: number; failure: Failure };

/** First message of a thread: it owns its file, or the sentence why not. `notes` are for the log. */
export type Greeting = { ready: true; notes: string[] } | { ready: false; failure: Failure };

export interface StoreStats {
  calls: number;
  /** Transactions that wrote. */
  commits: number;
  /** Most calls that one commit served. */
  largestBatch: number;
  bytes: number;
}

export interface BusRow { partition: number; offset: number; at: number; key: string; headers: string; value: string }
/** Where records went that were written together: one after the other from `first`. */
export interface Published { at: number; first: number }
export interface TopicRow { name: string; partitions: number; retentionMs: number }
export interface DocumentRow { id: string; version: number; body: string }
