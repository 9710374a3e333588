import { setTimeout as pause } from 'node:timers/promises';
import { causesOf } from './kafka-failure.js';

const patienceMs = 30_000;

/** Does a question again while Kafka says that it may work later (leaders and coordinators move). The admin client of kafkajs gives up at the first such answer. */
export async function whileRetriable<T>(ask: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (causesOf(error).at(-1)?.retriable !== true || performance.now() > until) throw error;
    }
    await pause(150);
  }
}
