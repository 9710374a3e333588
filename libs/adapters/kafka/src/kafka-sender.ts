import type { BusRecord } from '@edge/ports';
import type { Message, Producer } from 'kafkajs';
import { ChoosePartition } from './choose-partition.js';
import { PartitionLane, type Parcel } from './partition-lane.js';

/** Spreads records over their partitions' lanes. */
export class KafkaSender {
  private readonly lanes = new Map<string, PartitionLane>();
  private readonly choose = new ChoosePartition();

  /** `partitionsOf` answers how many partitions a topic has. */
  constructor(private readonly producer: Pick<Producer, 'send'>, private readonly partitionsOf: (topic: string) => Promise<number>) {}

  /** Resolves when all are durable, rejects when one is not known to be. */
  async publish(records: BusRecord[]): Promise<void> {
    const counts = new Map<string, number>();
    for (const topic of new Set(records.map((record) => record.topic))) counts.set(topic, await this.partitionsOf(topic));
    await new Promise<void>((resolve, reject) => {
      const settled = settleAfter(records.length, { resolve, reject });
      for (const [lane, parcels] of this.sorted(records, { counts, settled })) lane.add(parcels);
    });
  }

  private sorted(records: BusRecord[], { counts, settled }: { counts: Map<string, number>; settled: Parcel['settled'] }): Map<PartitionLane, Parcel[]> {
    const parcels = new Map<PartitionLane, Parcel[]>();
    for (const record of records) {
      const partition = this.choose.of(record.key, counts.get(record.topic) ?? 1);
      const lane = this.lane(record.topic, partition);
      const list = parcels.get(lane) ?? [];
      list.push({ message: messageOf(record, partition), bytes: sizeOf(record), settled });
      parcels.set(lane, list);
    }
    return parcels;
  }

  private lane(topic: string, partition: number): PartitionLane {
    const name = `${topic}/${partition}`;
    const lane = this.lanes.get(name) ?? new PartitionLane(this.producer, topic, partition);
    this.lanes.set(name, lane);
    return lane;
  }
}

function settleAfter(count: number, { resolve, reject }: { resolve: () => void; reject: (error: Error) => void }): Parcel['settled'] {
  let left = count;
  return (error) => {
    if (error) reject(error);
    left -= 1;
    if (left === 0) resolve();
  };
}

const messageOf = ({ key, value, headers }: BusRecord, partition: number): Message => ({ key: key === '' ? null : key, value, headers, partition });

/** Bytes on the wire, a little more than they are. */
function sizeOf({ key, value, headers }: BusRecord): number {
  const texts = [key, value, ...Object.entries(headers).flat()];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 5, 30);
}
