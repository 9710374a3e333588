import type { Bus, BusRecord, Consumption, DeliveredRecord, Subscription } from '@edge/ports';
import { eventually } from './eventually.js';

/** A subscriber that writes down what it hears. */
export class BusProbe {
  readonly records: DeliveredRecord[] = [];
  readonly failures: Error[] = [];
  assigned: number[] = [];
  assignments = 0;
  private consumption: Consumption | undefined;

  static async on(bus: Bus, subscription: Subscription): Promise<BusProbe> {
    const probe = new BusProbe();
    probe.consumption = await bus.subscribe(subscription, {
      assigned: (partitions) => {
        probe.assigned = partitions.toSorted((a, b) => a - b);
        probe.assignments += 1;
      },
      deliver: (record) => { probe.records.push(record); },
      failed: (cause) => { probe.failures.push(cause); },
    });
    return probe;
  }

  get handle(): Consumption {
    if (!this.consumption) throw new Error('It does not listen yet.');
    return this.consumption;
  }

  values(): string[] {
    return this.records.map(({ value }) => value);
  }

  /** Waits until these values were heard, each at least once. */
  async hears(values: string[]): Promise<void> {
    await eventually(() => {
      const heard = new Set(this.values());
      return values.every((value) => heard.has(value));
    }, `the records ${values.slice(0, 5).join(', ')} …; heard ${this.values().slice(-5).join(', ')}`);
  }

  /** Commits everything that was heard. */
  async commitAll(): Promise<void> {
    const next = new Map<number, bigint>();
    for (const { partition, offset } of this.records) if (BigInt(offset) >= (next.get(partition) ?? 0n)) next.set(partition, BigInt(offset) + 1n);
    await this.handle.commit([...next].map(([partition, offset]) => ({ partition, offset: String(offset) })));
  }
}

/** A record of a topic. */
export function busRecord(topic: string, value: string, key = value): BusRecord {
  return { topic, key, headers: { ce_id: `id-${value}`, ce_type: 'test' }, value };
}
