import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { EdgeError, errorTable, newId, type Topic, topics } from '@edge/contracts';
import { type DispatchContext, Dispatcher, type DispatchProblem, type DispatcherStats } from '@edge/engine';
import type { Bus, Clock, DeliveredRecord } from '@edge/ports';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Log } from '../log/index.js';
import { deadLetterRecord } from './dead-letter-record.js';
import { EdgeContext } from './edge-context.js';
import type { BusHandlerOptions } from './handler-options.js';
import { readEnvelope, typeOfRecord } from './read-envelope.js';

export const edgeBus = Symbol('edge-bus');

const handOverMs = 3_000;

export interface EdgeBusOptions {
  bus: Bus;
  clock: Clock;
  log: Log;
  /** `edge/<program>`, for dead letters. */
  source: string;
  /** How long running handlers may finish at the end. */
  drainMs?: number;
  /** Made or checked before anything is read. Default: all of Edge. */
  topics?: Topic[];
  /** A driver gave up for good: the program should end, so that it is started anew. */
  failed?: (cause: Error) => void;
}

export interface BusReadiness { ok: boolean; detail: string; consumers: ({ topic: string; group: string; alive: boolean } & DispatcherStats)[] }

interface Listener { topic: string; group: string; options: BusHandlerOptions; handle: MessageHandler; dispatcher?: Dispatcher }

/**
 * Nest's handlers on the bus: `@EventPattern(topic, options)` methods get `Envelope` and `EdgeContext`. One dispatcher per topic and group: ordered per lane,
 * at least once, dead letters, back-pressure, drained by `close`. Events only: there is no request-reply over the bus.
 * Close stores in `onApplicationShutdown`, which Nest runs after this.
 */
export class EdgeBusServer extends Server implements CustomTransportStrategy {
  override readonly transportId = edgeBus;
  override readonly propagatesEventHandlerErrors = true;
  private readonly listeners = new Map<string, Listener>();
  private readonly process = newId(Date.now());
  private state: 'new' | 'listening' | 'closed' = 'new';
  private closing: Promise<void> | undefined;
  private readonly leaving: Promise<void>[] = [];

  constructor(private readonly options: EdgeBusOptions) {
    super();
  }

  override addHandler(pattern: unknown, handle: MessageHandler, isEvent = false, extras: Partial<BusHandlerOptions> = {}): void {
    const topic = String(pattern);
    if (!isEvent) throw new Error(`${topic}: there is no request-reply over the bus; use @EventPattern.`);
    if (!extras.group) throw new Error(`@EventPattern('${topic}', { group: … }): name the group.`);
    const options: BusHandlerOptions = { ...extras, group: extras.group };
    const name = `${topic} ${options.group}`;
    // Nest chains further handlers of one topic and group behind the first, and its own handler runs the chain.
    super.addHandler(name, handle, true, extras);
    const group = options.perProcess ? `${options.group}-${topic.replace('edge.', '')}-${this.process}` : options.group;
    const other = [...this.listeners.values()].find((listener) => listener.group === group && listener.topic !== topic);
    // Members of one group that read different topics are given each other's partitions by kafkajs, and then nobody reads them.
    if (other) throw new Error(`The group ${group} reads ${other.topic} and ${topic}: give each topic a group of its own.`);
    if (!this.listeners.has(name)) this.listeners.set(name, { topic, group, options, handle });
  }

  override listen(callback: (error?: unknown) => void): void {
    void this.begin(callback);
  }

  /** Reads no more what this group reads. What is in hand may end shortly and be committed; after that it is the group's other members', too. */
  leave(group: string): Promise<void> {
    const left = [...this.listeners].filter(([, listener]) => listener.group === group);
    for (const [name] of left) this.listeners.delete(name);
    const stopped = Promise.all(left.flatMap(([, { dispatcher }]) => dispatcher?.stop(handOverMs) ?? [])).then(() => undefined);
    this.leaving.push(stopped);
    return stopped;
  }

  /** Ends all dispatchers. Safe to call again, and before Nest does. */
  override close(): Promise<void> {
    this.closing ??= this.stop();
    return this.closing;
  }

  override on(): never {
    throw new Error('The bus has no events of its own; ask readiness().');
  }

  override unwrap<T>(): T {
    return this.options.bus as T;
  }

  /** True only while records reach every handler. */
  readiness(): BusReadiness {
    const consumers = [...this.listeners.values()].map(({ topic, group, dispatcher }) => ({ topic, group, alive: dispatcher?.alive() ?? false, ...(dispatcher?.stats() ?? none) }));
    const dead = consumers.filter(({ alive }) => !alive).map(({ topic, group }) => `${topic} for ${group}`);
    if (this.state !== 'listening') return { ok: false, detail: this.state === 'new' ? 'The bus is not read yet.' : 'The bus is no longer read.', consumers };
    return dead.length === 0 ? { ok: true, detail: `${consumers.length} consumers`, consumers } : { ok: false, detail: `Nothing reaches: ${dead.join(', ')}.`, consumers };
  }

  private async begin(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.options.bus.ensureTopics(this.options.topics ?? Object.values(topics));
      for (const listener of this.listeners.values()) listener.dispatcher = this.dispatcher(listener);
      await this.start((listener) => listener.options.perProcess === true);
      await this.start((listener) => listener.options.perProcess !== true);
      this.state = 'listening';
    } catch (error) {
      return callback(error);
    }
    callback();
  }

  /** Those who watch from now on come first: what the others take up again, and say of it, would go by them. */
  private async start(which: (listener: Listener) => boolean): Promise<void> {
    await Promise.all([...this.listeners.values()].filter(which).flatMap(({ dispatcher }) => dispatcher?.start() ?? []));
  }

  private dispatchers(): Dispatcher[] {
    return [...this.listeners.values()].flatMap(({ dispatcher }) => dispatcher ?? []);
  }

  private async stop(): Promise<void> {
    this.state = 'closed';
    await Promise.all([...this.dispatchers().map((dispatcher) => dispatcher.stop(this.options.drainMs ?? 25_000)), ...this.leaving]);
  }

  private dispatcher(listener: Listener): Dispatcher {
    const { topic, group, options } = listener;
    const { bus, clock, source } = this.options;
    const { laneOf, control } = options;
    return new Dispatcher({
      bus, clock, subscription: { topic, group, from: options.from ?? (options.perProcess ? 'latest' : 'earliest') }, commits: options.perProcess ? 'never' : 'watermark',
      handle: (record, context) => this.handleRecord(listener, record, context),
      refuse: (record) => (options.raw ? undefined : whyNot(record)),
      deadLetter: async (record, cause, attempts) => {
        this.options.log.error({ topic, group, key: record.key, partition: record.partition, offset: record.offset, cause, attempts }, 'message becomes a dead letter');
        await bus.publish([deadLetterRecord(record, { cause, attempts, group, source })]);
      },
      report: (problem) => this.report(listener, problem),
      failed: (cause) => this.failed(listener, cause),
      ...(options.patient ? { holds: (error: unknown) => !isUseless(error) } : {}),
      ...(laneOf ? { laneOf: (record: DeliveredRecord) => laneOfRecord(record, laneOf) } : {}),
      ...(control ? { control: (record: DeliveredRecord) => control.includes(typeOfRecord(record) ?? '') } : {}),
      caps: { ...(options.cap ? { inFlight: options.cap } : {}), ...options.size },
    });
  }

  private async handleRecord({ handle, options }: Listener, record: DeliveredRecord, context: DispatchContext): Promise<void> {
    const data = options.raw ? record : readEnvelope(record);
    const rpc = new EdgeContext([record, context]);
    await this.withinHooks(rpc, async () => {
      const answer: unknown = await handle(data, rpc);
      if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
    });
  }

  /** Nest's type says that a hook answers nothing, so what it answers is not waited for: the work itself is. */
  private async withinHooks(context: EdgeContext, work: () => Promise<void>): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.onProcessingStartHook(this.transportId, context, () => {
          const running = work();
          running.then(resolve, reject);
          return running;
        });
      });
    } finally {
      this.onProcessingEndHook?.(this.transportId, context);
    }
  }

  private report({ topic, group }: Listener, { doing, error, attempt, record }: DispatchProblem): void {
    const facts = { topic, group, attempt, ...(record ? { key: record.key, partition: record.partition, offset: record.offset } : {}), err: error };
    this.options.log.warn(facts, `${doing} failed; it is tried again`);
  }

  private failed({ topic, group }: Listener, cause: Error): void {
    this.options.log.error({ topic, group, err: cause }, 'nothing reaches this consumer any more');
    this.options.failed?.(cause);
  }
}

const none: DispatcherStats = { inFlight: 0, bytes: 0, lanes: 0, handled: 0, deadLetters: 0, retries: 0, partitions: [] };

function whyNot(record: DeliveredRecord): string | undefined {
  const envelope = readEnvelope(record);
  return typeof envelope === 'string' ? envelope : undefined;
}

function laneOfRecord(record: DeliveredRecord, laneOf: NonNullable<BusHandlerOptions['laneOf']>): string {
  const envelope = readEnvelope(record);
  return typeof envelope === 'string' ? record.key : laneOf(envelope, record);
}

/** The table says that the same request cannot succeed later. */
const isUseless = (error: unknown): boolean => error instanceof EdgeError && !errorTable[error.code].retry;
