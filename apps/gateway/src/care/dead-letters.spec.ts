import { describe, expect, it } from '@jest/globals';
import { topics } from '@edge/contracts';
import { createLogger } from '@edge/nest';
import type { BusRecord } from '@edge/ports';
import { MemoryBus, MemoryDocuments, Scheduler, VirtualClock } from '@edge/testing/world';
import { DeadLetters, type StoredDeadLetter } from './dead-letters.js';

/** Takes nothing until it is back. */
class AwayBus extends MemoryBus {
  private readonly held: (() => void)[] = [];
  override async publish(records: BusRecord[]): Promise<void> {
    await new Promise<void>((resolve) => this.held.push(resolve));
    await super.publish(records);
  }
  back(): void {
    for (const go of this.held.splice(0)) go();
  }
}

describe('DeadLetters.replay', () => {
  it('answers while the bus is away, and sends when it is back', async () => {
    const [scheduler, documents, bus] = [new Scheduler(), new MemoryDocuments(), new AwayBus()];
    await bus.ensureTopics([topics.actions]);
    await documents.write([{ collection: 'dead-letters', id: 'd-1', document: { topic: topics.actions.name, key: 'a-1', headers: {}, value: '{}' } }]);
    const letters = new DeadLetters(documents, bus, new VirtualClock(scheduler), createLogger({ name: 'spec', level: 'silent' }));
    const replayed = letters.replay('d-1', 'user:asha').then(() => undefined, (error: unknown) => error);
    const turns = () => new Promise((resolve) => void setTimeout(resolve, 20));
    const kept = async () => (await documents.get<StoredDeadLetter>('dead-letters', 'd-1'))?.document.replayedBy;
    await turns();
    while (scheduler.step());
    expect(await replayed).toMatchObject({ code: 'unavailable', status: 503, message: expect.stringMatching(/It may still arrive: look at the dead letter/) });
    expect([bus.published(topics.actions.name), await kept()]).toEqual([[], undefined]);
    bus.back();
    await turns();
    expect([bus.published(topics.actions.name).length, await kept()]).toEqual([1, 'user:asha']);
  });
});
