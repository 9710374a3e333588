import { KafkaBus } from '@edge/kafka';
import { dispatchThrough } from '../store/dispatch-through.js';
import type { Measured } from '../store/figures.js';

/** The dispatcher over Kafka, the group's first join included: as commands come (a host gets the next when it has answered), and with ten for each host one behind the other. */
export async function measureDispatch(kafka: string): Promise<Measured[]> {
  const bus = await KafkaBus.open({ brokers: kafka.split(',') });
  try {
    const queued = await dispatchThrough(bus, { keys: 1000, topic: 'queued' });
    const spread = await dispatchThrough(bus, { keys: 5000, topic: 'spread' });
    const [{ value }] = queued as [Measured];
    return [...spread, { name: 'dispatch_queued_per_second', value, unit: '/s', about: '  the same, 1,000 keys with ten messages each: what waits in a lane counts as in flight' }];
  } finally {
    await bus.close();
  }
}
