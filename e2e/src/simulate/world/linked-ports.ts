import { type ActionDocument, type CallStep, type Json, type JournalRecord, type Topic, topics } from '@edge/contracts';
import { Bus, type BusConsumer, type BusRecord, type Consumption, Documents, Effects, Journal, type Query, type Subscription, type Versioned, type Write } from '@edge/ports';
import type { MemoryBus, MemoryDocuments, MemoryJournal } from '@edge/testing/world';
import type { Link } from './link.js';

const well = async () => ({ ok: true, detail: 'simulated' });

/** The journal as one program reaches it. `wrote` hears of every record at the moment that it is there. */
export class LinkedJournal extends Journal {
  constructor(private readonly link: Link, private readonly journal: MemoryJournal, private readonly wrote: (record: JournalRecord) => void) {
    super();
  }

  override append(record: JournalRecord): Promise<'appended' | 'taken'> {
    return this.link.call(`append ${record.type}`, () => {
      const answer = this.journal.appendNow(record);
      if (answer === 'appended') this.wrote(record);
      return answer;
    });
  }

  override read(action: string, fromSeq?: number): Promise<JournalRecord[]> {
    return this.link.call('read journal', () => this.journal.readNow(action, fromSeq));
  }

  override async prune(): Promise<void> {
    throw new Error('Nothing is pruned here.');
  }

  override health = well;
  override async close(): Promise<void> {}
}

/** The documents as one program reaches them. `wrote` hears of every write at the moment that it is there. */
export class LinkedDocuments extends Documents {
  constructor(private readonly link: Link, private readonly documents: MemoryDocuments, private readonly wrote: (write: Write) => void = () => undefined) {
    super();
  }

  override get<T>(collection: string, id: string): Promise<Versioned<T> | undefined> {
    return this.link.call('read documents', () => this.documents.getNow<T>(collection, id));
  }

  override write(writes: Write[]): Promise<Write | undefined> {
    return this.link.call(`write ${[...new Set(writes.map(({ collection }) => collection))].sort().join('+')}`, () => {
      const refused = this.documents.writeNow(writes);
      if (!refused) for (const write of writes) this.wrote(write);
      return refused;
    });
  }

  override find<T>(collection: string, query: Query): Promise<Versioned<T>[]> {
    return this.link.call('read documents', () => this.documents.findNow<T>(collection, query));
  }

  override health = well;
  override async close(): Promise<void> {}
}

/** The bus as one program reaches it: what it publishes may arrive in part, twice, or without its knowing. */
export class LinkedBus extends Bus {
  readonly consumers: BusConsumer[] = [];

  constructor(private readonly link: Link, private readonly bus: MemoryBus, private readonly assigned: (partitions: number[]) => void = () => undefined) {
    super();
  }

  override publish(records: BusRecord[]): Promise<void> {
    const topic = (records.find((record) => record.topic === topics.commands.name) ?? records[0])?.topic.slice('edge.'.length) ?? 'nothing';
    return this.link.call(`publish ${topic}`, () => this.bus.publishNow(records));
  }

  override async subscribe(subscription: Subscription, consumer: BusConsumer): Promise<Consumption> {
    const linked: BusConsumer = {
      assigned: (partitions) => this.link.reach(() => {
        consumer.assigned(partitions);
        this.assigned(partitions);
      }),
      deliver: (record) => this.link.reach(() => consumer.deliver(record)),
      failed: (cause) => this.link.reach(() => consumer.failed(cause)),
    };
    this.consumers.push(linked);
    const consumption = await this.bus.subscribe(subscription, linked);
    return { ...consumption, commit: (offsets) => this.link.call('commit', () => void consumption.commit(offsets)).then(() => undefined) };
  }

  override async ensureTopics(_topics: Topic[]): Promise<void> {}
  override async health(): ReturnType<Bus['health']> {
    return { ok: true, detail: 'simulated', lag: [] };
  }
  override async close(): Promise<void> {}
}

/** Calls of scripts: the product's own to load balancers, everything else at once. `performed` hears of each at the moment that it happens. */
export class LinkedEffects extends Effects {
  constructor(private readonly link: Link, private readonly own: Effects, private readonly performed: (action: ActionDocument, call: CallStep) => Json) {
    super();
  }

  override async perform(action: ActionDocument, call: CallStep, owned?: () => Promise<boolean>): Promise<Json> {
    if (call.service === 'load-balancer') {
      this.performed(action, call);
      return this.own.perform(action, call, owned);
    }
    return this.link.call(`call ${call.service}`, () => this.performed(action, call));
  }
}
