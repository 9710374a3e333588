import { documentsContract, journalContract } from '@edge/testing/contracts';
import { engineAddress, givenAddress, probeEngine, startMongo } from '@edge/testing/engines';
import { openMongo, type MongoOptions } from './open-mongo.js';

const probe = await probeEngine('mongo');
const skip = probe.available ? {} : { unavailable: probe.reason };

/** A server of its own for each suite, unless the environment names one. */
async function server(kind: 'replica-set' | 'standalone'): Promise<{ url: string; stop(): Promise<void> }> {
  if (givenAddress('mongo')) return { url: await engineAddress('mongo'), stop: () => Promise.resolve() };
  const engine = await startMongo({ kind });
  return { url: engine.address, stop: () => engine.stop() };
}

for (const { name, kind, options } of [
  { name: 'MongoDB, replica set', kind: 'replica-set', options: {} },
  { name: 'MongoDB, replica set, promised API only', kind: 'replica-set', options: { strictApi: true } },
  { name: 'MongoDB, standalone', kind: 'standalone', options: {} },
] as { name: string; kind: 'replica-set' | 'standalone'; options: Partial<MongoOptions> }[]) {
  const open = async () => {
    const engine = await server(kind);
    const stores = await openMongo({ url: engine.url, ...options });
    return { stores, dispose: async () => { await stores.close(); await engine.stop(); } };
  };
  documentsContract(name, async () => { const { stores, dispose } = await open(); return { store: stores.documents, dispose }; }, skip);
  journalContract(name, async () => { const { stores, dispose } = await open(); return { store: stores.journal, dispose }; }, skip);
}
