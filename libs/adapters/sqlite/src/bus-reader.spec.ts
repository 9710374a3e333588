import { describe, expect, it } from '@jest/globals';
import type { BusConsumer, DeliveredRecord } from '@edge/ports';
import fc from 'fast-check';
import { BusReader } from './bus-reader.js';
import type { BusRow } from './protocol.js';
import type { SqliteThread } from './sqlite-thread.js';

interface Fetch { from: [partition: number, offset: number][]; maxRecords: number }

/** A file whose calls are done in the order in which they were begun, and heard of later, as those of the thread are. */
class File {
  readonly written: DeliveredRecord[] = [];
  private readonly begun: (() => () => void)[] = [];
  private readonly done: (() => void)[] = [];

  /** Only what is told to be stored is handed to the reader. */
  publish(partition: number, heard: (record: DeliveredRecord) => void): void {
    this.begun.push(() => {
      const record: DeliveredRecord = { topic: 't', partition, offset: String(this.written.length + 1), timestampMs: 0, key: 'k', headers: {}, value: `${this.written.length + 1}` };
      this.written.push(record);
      return () => heard(record);
    });
  }

  readonly thread = {
    call: (_name: string, { from }: Fetch) => new Promise((resolve) => {
      this.begun.push(() => {
        const rows: BusRow[] = from.flatMap(([partition, next]) => this.written.filter((record) => record.partition === partition && Number(record.offset) >= next).slice(0, 2))
          .map(({ partition, offset, key, value }) => ({ partition, offset: Number(offset), at: 0, key, headers: '{}', value }));
        return () => resolve({ rows, more: from.map(([partition]) => partition).filter((partition) => rows.filter((row) => row.partition === partition).length === 2) });
      });
    }),
  } as unknown as SqliteThread;

  work(): void {
    const next = this.begun.shift();
    if (next) this.done.push(next());
  }

  async hear(): Promise<void> {
    this.done.shift()?.();
    await new Promise((turn) => setImmediate(turn));
  }

  get busy(): boolean {
    return this.begun.length + this.done.length > 0;
  }
}

const partition = fc.constantFrom(0, 1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('publish' as const), partition }) }, { weight: 1, arbitrary: fc.oneof(fc.record({ does: fc.constant('pause' as const), partition }), fc.record({ does: fc.constant('resume' as const), partition })) },
  { weight: 5, arbitrary: fc.oneof(fc.constant({ does: 'work' as const }), fc.constant({ does: 'hear' as const })) }, { weight: 1, arbitrary: fc.record({ does: fc.constant('assign' as const), partitions: fc.constantFrom([0], [1], [0, 1]) }) },
);

describe('BusReader', () => {
  it('hands every record over once and in order, however publishing, reading, pauses and shares cross', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const file = new File();
      const heard = new Map<number, number[]>([[0, []], [1, []]]);
      const consumer: BusConsumer = { assigned: () => undefined, failed: (cause) => { throw cause; }, deliver: ({ partition: where, offset }) => void heard.get(where)!.push(Number(offset)) };
      const reader = new BusReader(file.thread, { topic: 't', group: 'g', from: 'earliest' }, consumer);
      const nextOf = (where: number) => (heard.get(where)!.at(-1) ?? 0) + 1;
      reader.assign([[0, 0], [1, 0]]);
      for (const each of steps) {
        if (each.does === 'publish') file.publish(each.partition, (record) => reader.published(record));
        else if (each.does === 'assign') reader.assign(each.partitions.map((where) => [where, nextOf(where)]));
        else if (each.does === 'work') file.work();
        else if (each.does === 'hear') await file.hear();
        else if (each.does === 'pause') reader.pause(each.partition);
        else reader.resume(each.partition);
      }
      reader.assign([[0, nextOf(0)], [1, nextOf(1)]]);
      while (file.busy) {
        file.work();
        await file.hear();
      }
      for (const where of [0, 1]) expect(heard.get(where)).toEqual(file.written.filter((record) => record.partition === where).map(({ offset }) => Number(offset)));
    }), { numRuns: 300 });
  });
});
