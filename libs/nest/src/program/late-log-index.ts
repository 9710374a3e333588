import { errors } from '@edge/contracts';
import { LogIndex, type LogQuery } from '@edge/ports';
import type { Log } from '../log/log.js';
import { untilThere } from './until-there.js';

/** A log index that need not be there when its program starts: until it is, questions are `unavailable` and nothing else waits for it. */
export class LateLogIndex extends LogIndex {
  private opened: LogIndex | undefined;
  private closed = false;

  constructor(engine: string, { open, log }: { open: () => Promise<LogIndex>; log: Log }) {
    super();
    untilThere(engine, open, log).then((index) => this.opens(index), (error: unknown) => log.error({ error: String(error) }, `${engine} cannot be used; logs cannot be read`));
  }

  async index(batch: Parameters<LogIndex['index']>[0]): ReturnType<LogIndex['index']> {
    return this.there().index(batch);
  }

  async search(query: LogQuery): ReturnType<LogIndex['search']> {
    return this.there().search(query);
  }

  async prune(beforeMs: number): Promise<void> {
    await this.there().prune(beforeMs);
  }

  async health(): Promise<{ ok: boolean; detail: string }> {
    return this.opened ? this.opened.health() : { ok: false, detail: 'The log index is not there yet.' };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.opened?.close();
  }

  private opens(index: LogIndex): void {
    this.opened = index;
    if (this.closed) void index.close();
  }

  private there(): LogIndex {
    if (!this.opened) throw errors.unavailable('The log index is not there yet; actions go on without it.');
    return this.opened;
  }
}
