import { errors } from '@edge/contracts';
import type { Message, Producer } from 'kafkajs';
import { isTooLarge, kafkaFailure } from './kafka-failure.js';

export interface Parcel { message: Message; bytes: number; /** Without an error: durable. */ settled(error?: Error): void }

/** One batch of a partition must fit into one message set of the broker. A single larger record goes alone. */
const maxBytes = 900_000;
const maxParcels = 5000;
/** What goes unmentioned in an answer is sent again; more often than this something else is wrong. */
const maxSends = 10;

/**
 * Sends to one partition, one batch at a time; what arrives meanwhile goes with the next. Two defects of kafkajs 2.2.4 are met here: a send over partitions of
 * several brokers may resolve without having sent all of them, so every send is of one partition and its answer must name it; and an idempotent producer mixes
 * up its numbers under parallel sends, so it is a plain one, and a batch that has to be sent again goes before the next one.
 */
export class PartitionLane {
  private waiting: Parcel[] = [];
  private sending = false;

  constructor(private readonly producer: Pick<Producer, 'send'>, private readonly topic: string, private readonly partition: number) {}

  add(parcels: Parcel[]): void {
    for (const parcel of parcels) this.waiting.push(parcel);
    if (!this.sending) void this.send();
  }

  /** After a failure everything that waits fails too: sent on, it would overtake what its caller sends again. */
  private async send(): Promise<void> {
    this.sending = true;
    while (this.waiting.length > 0) {
      const batch = this.take();
      const error = await this.deliver(batch);
      if (error) for (const parcel of this.waiting.splice(0)) parcel.settled(error);
    }
    this.sending = false;
  }

  private take(): Parcel[] {
    let bytes = 0;
    let count = 0;
    for (const parcel of this.waiting) {
      if (count > 0 && (bytes + parcel.bytes > maxBytes || count === maxParcels)) break;
      bytes += parcel.bytes;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** Answers the error after which nothing of this partition may go on; a record that is too large concerns nobody else. */
  private async deliver(batch: Parcel[]): Promise<Error | undefined> {
    try {
      await this.sendUntilNamed(batch.map(({ message }) => message));
      for (const parcel of batch) parcel.settled();
      return undefined;
    } catch (error) {
      if (isTooLarge(error)) return this.deliverSmaller(batch);
      const failure = kafkaFailure(error, `Sending to ${this.topic}`);
      for (const parcel of batch) parcel.settled(failure);
      return failure;
    }
  }

  private async deliverSmaller(batch: Parcel[]): Promise<Error | undefined> {
    if (batch.length === 1) {
      batch[0]?.settled(errors.tooLarge(`what the topic ${this.topic} takes (max.message.bytes)`));
      return undefined;
    }
    const half = Math.ceil(batch.length / 2);
    const failure = await this.deliver(batch.slice(0, half));
    if (!failure) return this.deliver(batch.slice(half));
    for (const parcel of batch.slice(half)) parcel.settled(failure);
    return failure;
  }

  private async sendUntilNamed(messages: Message[]): Promise<void> {
    for (let sends = 0; sends < maxSends; sends += 1) {
      const answer = await this.producer.send({ topic: this.topic, acks: -1, timeout: 10_000, messages });
      if (answer.some(({ topicName, partition, errorCode }) => topicName === this.topic && partition === this.partition && errorCode === 0)) return;
    }
    throw errors.unavailable(`Kafka answered ${maxSends} sends to ${this.topic} without naming partition ${this.partition}.`);
  }
}
