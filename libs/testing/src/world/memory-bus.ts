import { EdgeError, type Topic } from '@edge/contracts';
import { Bus, type BusConsumer, type BusRecord, type Consumption, type DeliveredRecord, type Subscription } from '@edge/ports';

interface Member { consumer: BusConsumer; owned: number[]; /** What it was told of `owned`: nothing else is delivered. */ told: number[]; next: Map<number, number>; paused: Set<number>; alive: boolean }

interface Group { topic: string; committed: Map<number, number>; from: 'earliest' | 'latest'; start: Map<number, number>; members: Member[] }

export interface MemoryBusOptions {
  /** When a delivery or an assignment happens; a virtual world decides. Default: the next turn of the event loop. */
  defer?: (call: () => void) => void;
  now?: () => number;
}

/** Topics, partitions, groups and their offsets in memory; members of a group share its partitions. */
export class MemoryBus extends Bus {
  private readonly topics = new Map<string, { topic: Topic; logs: DeliveredRecord[][] }>();
  private readonly groups = new Map<string, Group>();
  private readonly defer: (call: () => void) => void;
  private readonly now: () => number;

  constructor({ defer = (call) => void setImmediate(call), now = () => Date.now() }: MemoryBusOptions = {}) {
    super();
    this.defer = defer;
    this.now = now;
  }

  override async publish(records: BusRecord[]): Promise<void> {
    this.publishNow(records);
  }

  publishNow(records: BusRecord[]): void {
    const touched = new Set<string>();
    for (const record of records) {
      const { logs } = this.topic(record.topic);
      const partition = this.partitionOf(record.topic, record.key);
      const log = logs[partition]!;
      log.push({ ...record, headers: { ...record.headers }, partition, offset: String(log.length), timestampMs: this.now() });
      touched.add(record.topic);
    }
    for (const group of this.groups.values()) if (touched.has(group.topic)) for (const member of group.members) this.wake(group, member);
  }

  partitionOf(topic: string, key: string): number {
    let hash = 2_166_136_261;
    for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 16_777_619) >>> 0;
    return hash % this.topic(topic).logs.length;
  }

  override async subscribe({ topic, group: name, from }: Subscription, consumer: BusConsumer): Promise<Consumption> {
    const group = this.groupOf(name, topic, from);
    const member: Member = { consumer, owned: [], told: [], next: new Map(), paused: new Set(), alive: true };
    group.members.push(member);
    this.rebalance(group);
    return {
      commit: async (offsets) => {
        for (const { partition, offset } of offsets) if (member.alive && member.owned.includes(partition)) group.committed.set(partition, Number(offset));
      },
      pause: (partition) => { member.paused.add(partition); },
      resume: (partition) => {
        member.paused.delete(partition);
        this.wake(group, member);
      },
      alive: () => member.alive,
      close: async () => { this.leave(group, member); },
    };
  }

  /** The broker no longer hears of this member: its partitions go to the others, and it is not told. */
  expel(consumer: BusConsumer): void {
    for (const group of this.groups.values()) for (const member of group.members) if (member.consumer === consumer) this.leave(group, member);
  }

  override async ensureTopics(topics: Topic[]): Promise<void> {
    for (const topic of topics) {
      const known = this.topics.get(topic.name);
      if (known && known.topic.partitions !== topic.partitions) throw new EdgeError('unavailable', `Topic ${topic.name} has ${known.topic.partitions} partitions, not ${topic.partitions}.`);
      if (!known) this.topics.set(topic.name, { topic, logs: Array.from({ length: topic.partitions }, () => []) });
    }
  }

  /** Everything that was published to a topic. */
  published(topic: string): DeliveredRecord[] {
    return this.topic(topic).logs.flat();
  }

  override async health(): ReturnType<Bus['health']> {
    const lag = [...this.groups].map(([key, group]) => {
      const { logs } = this.topic(group.topic);
      return { group: key.slice(group.topic.length + 1), topic: group.topic, records: logs.reduce((sum, log, partition) => sum + log.length - (group.committed.get(partition) ?? group.start.get(partition) ?? 0), 0) };
    });
    return { ok: true, detail: 'in memory', lag };
  }

  override async close(): Promise<void> {
    for (const group of this.groups.values()) for (const member of group.members) member.alive = false;
    this.groups.clear();
  }

  private topic(name: string): { topic: Topic; logs: DeliveredRecord[][] } {
    const topic = this.topics.get(name);
    if (!topic) throw new EdgeError('unavailable', `There is no topic ${name}.`);
    return topic;
  }

  private groupOf(name: string, topic: string, from: 'earliest' | 'latest'): Group {
    const key = `${topic} ${name}`;
    const known = this.groups.get(key);
    if (known) return known;
    const start = new Map(this.topic(topic).logs.map((log, partition) => [partition, from === 'latest' ? log.length : 0]));
    const made: Group = { topic, from, start, committed: new Map(), members: [] };
    this.groups.set(key, made);
    return made;
  }

  private leave(group: Group, member: Member): void {
    if (!member.alive) return;
    member.alive = false;
    group.members = group.members.filter((other) => other !== member);
    this.rebalance(group);
  }

  /** Partitions by turns; who gains one begins where the group has committed, who keeps one goes on. */
  private rebalance(group: Group): void {
    const { logs } = this.topic(group.topic);
    for (const [index, member] of group.members.entries()) {
      const owned = logs.map((_, partition) => partition).filter((partition) => partition % group.members.length === index);
      for (const partition of owned) if (!member.owned.includes(partition)) member.next.set(partition, group.committed.get(partition) ?? group.start.get(partition) ?? 0);
      member.owned = owned;
      this.defer(() => {
        if (member.alive && member.owned === owned) member.consumer.assigned((member.told = owned));
        this.deliver(member, group);
      });
    }
  }

  private wake(group: Group, member: Member): void {
    this.defer(() => this.deliver(member, group));
  }

  private deliver(member: Member, group: Group): void {
    const { logs } = this.topic(group.topic);
    for (const partition of member.told) {
      const log = logs[partition]!;
      for (let next = member.next.get(partition) ?? 0; next < log.length && member.alive && !member.paused.has(partition) && member.owned.includes(partition); next += 1) {
        member.next.set(partition, next + 1);
        member.consumer.deliver(log[next]!);
      }
    }
  }
}
