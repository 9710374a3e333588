import { describe, expect, it } from '@jest/globals';
import type { Message, ProducerRecord, RecordMetadata } from 'kafkajs';
import { PartitionLane, type Parcel } from './partition-lane.js';

type Answer = 'named' | 'unnamed' | Error;

/** The one call of the driver that a lane makes, answering what the test wants. */
class Sends {
  readonly batches: string[][] = [];
  inFlight = 0;
  mostInFlight = 0;
  constructor(private readonly answers: (Answer | ((values: string[]) => Answer))[]) {}

  async send({ topic, messages }: ProducerRecord): Promise<RecordMetadata[]> {
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight += 1);
    const values = messages.map(({ value }) => String(value));
    this.batches.push(values);
    await new Promise((resolve) => setImmediate(resolve));
    this.inFlight -= 1;
    const next = this.answers.shift() ?? 'named';
    const answer = typeof next === 'function' ? next(values) : next;
    if (answer instanceof Error) throw answer;
    return answer === 'named' ? [{ topicName: topic, partition: 3, errorCode: 0 }] : [{ topicName: topic, partition: 4, errorCode: 0 }];
  }
}

function add(lane: PartitionLane, values: string[], bytes = 10): Promise<string>[] {
  const parcels: Parcel[] = [];
  const ends = values.map((value) => new Promise<string>((resolve) => {
    parcels.push({ message: { key: null, value, partition: 3 } as Message, bytes, settled: (error) => resolve(error ? error.message : 'durable') });
  }));
  lane.add(parcels);
  return ends;
}

describe('PartitionLane', () => {
  it('sends one batch at a time; what comes meanwhile goes with the next', async () => {
    const sends = new Sends([]);
    const lane = new PartitionLane(sends, 't', 3);
    expect(await Promise.all([add(lane, ['a']), add(lane, ['b']), add(lane, ['c', 'd'])].flat())).toEqual(['durable', 'durable', 'durable', 'durable']);
    expect([sends.batches, sends.mostInFlight]).toEqual([[['a'], ['b', 'c', 'd']], 1]);
  });

  it('sends again, before anything else, what an answer does not name', async () => {
    const sends = new Sends(['unnamed', 'unnamed', 'named']);
    const lane = new PartitionLane(sends, 't', 3);
    expect(await Promise.all([add(lane, ['a']), add(lane, ['b'])].flat())).toEqual(['durable', 'durable']);
    expect(sends.batches).toEqual([['a'], ['a'], ['a'], ['b']]);
  });

  it('gives up a partition that is never named', async () => {
    const lane = new PartitionLane(new Sends(Array.from({ length: 10 }, () => 'unnamed' as const)), 't', 3);
    expect(await add(lane, ['a'])[0]).toBe('Kafka answered 10 sends to t without naming partition 3.');
  });

  it('fails what waits behind a failure, so that nothing overtakes it, and takes new records', async () => {
    const lane = new PartitionLane(new Sends([new Error('broker away')]), 't', 3);
    expect(await Promise.all([add(lane, ['a']), add(lane, ['b'])].flat())).toEqual(['Sending to t: Kafka said: broker away', 'Sending to t: Kafka said: broker away']);
    expect(await add(lane, ['a'])[0]).toBe('durable');
  });

  it('refuses only the record that is too large', async () => {
    const tooLarge = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
    const refuse = (values: string[]): Answer => (values.includes('big') ? tooLarge : 'named');
    const sends = new Sends(Array.from({ length: 20 }, () => refuse));
    const lane = new PartitionLane(sends, 't', 3);
    expect(await Promise.all(add(lane, ['a', 'b', 'big', 'c']))).toEqual(['durable', 'durable', 'The body is larger than what the topic t takes (max.message.bytes).', 'durable']);
    expect(sends.batches.filter((values) => !values.includes('big')).flat()).toEqual(['a', 'b', 'c']);
  });

  it('cuts batches by size', async () => {
    const sends = new Sends([]);
    const lane = new PartitionLane(sends, 't', 3);
    await Promise.all(add(lane, ['a', 'b', 'c'], 600_000));
    expect(sends.batches).toEqual([['a'], ['b'], ['c']]);
  });
});
