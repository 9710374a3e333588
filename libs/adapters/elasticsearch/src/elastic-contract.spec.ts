import { logIndexContract } from '@edge/testing/contracts';
import { engineAddress, probeEngine, stopEngines } from '@edge/testing/engines';
import { ElasticLogIndex } from './elastic-log-index.js';

const probe = await probeEngine('elasticsearch');

logIndexContract('Elasticsearch', async () => {
  const store = await ElasticLogIndex.open({ url: await engineAddress('elasticsearch'), prefix: `contract-${Date.now()}` });
  return { store, dispose: async () => { await store.close(); await stopEngines(); } };
}, probe.available ? {} : { unavailable: probe.reason });
