import type { Failure } from '../protocol.js';

/** Thrown by a store for what the caller must hear as a sentence. */
export class StoreFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

interface CodedError { message?: string; code?: string; errcode?: number }

const FULL = 13;
/** NOMEM, READONLY, IOERR, CORRUPT, CANTOPEN, NOTADB: every call would meet the same. */
const ofTheFile = new Set([7, 8, 10, 11, 14, 26]);

/** What went wrong, for the other side of the thread. Extended codes of SQLite carry the primary one in their low byte. */
export function failureOf(error: unknown, file: string): Failure {
  if (error instanceof StoreFailure) return error.failure;
  const { message = String(error), code, errcode } = (error ?? {}) as CodedError;
  const primary = (errcode ?? 0) & 0xff;
  if (primary === FULL || code === 'ENOSPC' || code === 'EDQUOT') {
    return { kind: 'full', detail: `${file} cannot grow: the disk, a quota or the size limit is used up. Free some space; Edge goes on by itself.` };
  }
  if (ofTheFile.has(primary)) return { kind: 'unavailable', detail: `${file} cannot be written or read: ${message}.` };
  return { kind: 'internal', detail: `${file}: ${message}` };
}

/** True when the file itself is damaged or is no database. */
export function isDamaged(error: unknown): boolean {
  const primary = ((error as CodedError).errcode ?? 0) & 0xff;
  return primary === 11 || primary === 26;
}
