import type { BusReader } from './bus-reader.js';
import type { SqliteThread } from './sqlite-thread.js';

/** Members of one group on one topic in this process: every partition belongs to exactly one of them. Changes happen one after the other. */
export class BusGroup {
  private readers: BusReader[] = [];
  private changing: Promise<unknown> = Promise.resolve();

  constructor(private readonly thread: SqliteThread, private readonly partitions: number) {}

  join(reader: BusReader): Promise<void> {
    return this.change(() => this.readers.push(reader));
  }

  leave(reader: BusReader): Promise<void> {
    return this.change(() => { this.readers = this.readers.filter((other) => other !== reader); });
  }

  members(): readonly BusReader[] {
    return this.readers;
  }

  private change(apply: () => void): Promise<void> {
    const done = this.changing.then(async () => {
      apply();
      await this.share();
    });
    this.changing = done.catch(() => undefined);
    return done;
  }

  /** First everybody lets go of what another one gets, then positions are read: a position is never older than a commit that was acknowledged. */
  private async share(): Promise<void> {
    const shares = this.readers.map((reader, place) => ({ reader, partitions: range(this.partitions).filter((partition) => partition % this.readers.length === place) }));
    for (const { reader, partitions } of shares) {
      const kept = reader.owned().filter((partition) => partitions.includes(partition));
      if (kept.length < reader.owned().length) reader.assign(kept.map((partition) => [partition, 0]));
    }
    for (const { reader, partitions } of shares) {
      if (reader.owned().length === partitions.length && partitions.length > 0) continue;
      const { group, topic, from } = reader.subscription;
      reader.assign(await this.thread.call<[number, number][]>('bus.join', { group, topic, from, partitions }));
    }
  }
}

const range = (size: number): number[] => Array.from({ length: size }, (_, at) => at);
