import { statSync } from 'node:fs';
import type { Log } from '../log/log.js';

/** What was read from a folder; `until` (ms since 1970) when it must be read again although nothing changed. */
export interface Reading<T> { value: T; until?: number }

/** File systems tell times apart by some milliseconds: what was read so soon after a change is read once more. */
const settledMs = 2_000;
const againMs = 100;
/** A busy program asks for its keys thousands of times a second. */
const looksEveryMs = 20;

/** What a folder says, read again when its files are replaced: keys are rotated without a stop. What cannot be read leaves the last reading in force, loudly. */
export class FollowedFolder<T> {
  private reading: Reading<T>;
  private changedAt: number;
  private readAt = Date.now();
  private lookedAt = this.readAt;

  /** @throws what `read` throws, the first time */
  constructor(private readonly folder: string, private readonly read: () => Reading<T>, private readonly log: Log) {
    this.changedAt = changeOf(folder);
    this.reading = read();
  }

  current(): T {
    const now = Date.now();
    if (now >= this.lookedAt && now < this.lookedAt + looksEveryMs) return this.reading.value;
    this.lookedAt = now;
    const changedAt = changeOf(this.folder);
    const fresh = this.readAt - this.changedAt < settledMs && now - this.readAt > againMs;
    if (fresh || changedAt !== this.changedAt || now >= (this.reading.until ?? Infinity)) this.renew(changedAt, now);
    return this.reading.value;
  }

  private renew(changedAt: number, now: number): void {
    this.changedAt = changedAt;
    this.readAt = now;
    try {
      this.reading = this.read();
    } catch (error) {
      this.log.error({ folder: this.folder, error: String(error) }, 'the keys in the folder cannot be read; those read before stay in force');
    }
  }
}

function changeOf(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
