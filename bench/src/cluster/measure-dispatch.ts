import { KafkaBus } from '@edge/kafka';
import { dispatchThrough } from '../store/dispatch-through.js';
import type { Measured } from '../store/figures.js';

/** The dispatcher over Kafka; the group's first join is part of the time. */
export async function measureDispatch(kafka: string): Promise<Measured[]> {
  const bus = await KafkaBus.open({ brokers: kafka.split(',') });
  try {
    return await dispatchThrough(bus);
  } finally {
    await bus.close();
  }
}
