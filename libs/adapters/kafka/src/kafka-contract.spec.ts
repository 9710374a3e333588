import { busContract } from '@edge/testing/contracts';
import { engineAddress, probeEngine, stopEngines } from '@edge/testing/engines';
import { KafkaBus } from './kafka-bus.js';

const probe = await probeEngine('kafka');

busContract('Kafka', async () => {
  const store = await KafkaBus.open({ brokers: (await engineAddress('kafka')).split(',') });
  return { store, dispose: async () => { await store.close(); await stopEngines(); } };
}, probe.available ? {} : { unavailable: probe.reason });
