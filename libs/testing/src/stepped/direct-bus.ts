import type { Topic } from '@edge/contracts';
import { Bus, type BusConsumer, type BusRecord, type Consumption, type DeliveredRecord, type Subscription } from '@edge/ports';

interface Member { subscription: Subscription; consumer: BusConsumer; next: number; paused: boolean }

/** A bus in memory with one partition per topic: whoever listens hears at once, in the order of publishing. Commits are kept by `<topic> <group>`. */
export class DirectBus extends Bus {
  readonly published: DeliveredRecord[] = [];
  readonly committed = new Map<string, string>();
  readonly topics = new Set<string>();
  private members: Member[] = [];

  override async publish(records: BusRecord[]): Promise<void> {
    for (const record of records) this.published.push({ ...record, partition: 0, offset: String(this.published.length), timestampMs: 0 });
    this.deliver();
  }

  override async subscribe(subscription: Subscription, consumer: BusConsumer): Promise<Consumption> {
    const known = this.committed.get(`${subscription.topic} ${subscription.group}`);
    const member = { subscription, consumer, paused: false, next: Number(known ?? (subscription.from === 'latest' ? this.published.length : 0)) };
    this.members.push(member);
    consumer.assigned([0]);
    queueMicrotask(() => this.deliver());
    return {
      commit: async (offsets) => { for (const { offset } of offsets) this.committed.set(`${subscription.topic} ${subscription.group}`, offset); },
      pause: () => { member.paused = true; },
      resume: () => {
        member.paused = false;
        queueMicrotask(() => this.deliver());
      },
      alive: () => this.members.includes(member),
      close: async () => { this.members = this.members.filter((other) => other !== member); },
    };
  }

  override async ensureTopics(topics: Topic[]): Promise<void> {
    for (const { name } of topics) this.topics.add(name);
  }

  override async health(): ReturnType<Bus['health']> {
    return { ok: true, detail: 'in memory', lag: [] };
  }

  override async close(): Promise<void> {
    this.members = [];
  }

  /** Groups that listen to a topic. */
  groups(topic: string): string[] {
    return this.members.filter(({ subscription }) => subscription.topic === topic).map(({ subscription }) => subscription.group);
  }

  of(topic: string): DeliveredRecord[] {
    return this.published.filter((record) => record.topic === topic);
  }

  /** The driver of this topic gives up. */
  fail(topic: string, cause: Error): void {
    for (const { subscription, consumer } of this.members) if (subscription.topic === topic) consumer.failed(cause);
  }

  private deliver(): void {
    for (const member of this.members) {
      while (!member.paused && member.next < this.published.length) {
        const record = this.published[member.next];
        member.next += 1;
        if (record?.topic === member.subscription.topic) member.consumer.deliver(record);
      }
    }
  }
}
