import { dockerHas, isDockerEngine } from './docker-engine.js';
import { runProgram } from './run-program.js';
import { fetchElasticsearch } from './elasticsearch/fetch-elasticsearch.js';
import { findProgram } from './find-program.js';
import { fetchKafka } from './kafka/fetch-kafka.js';
import { fetchMongod } from './mongo/fetch-mongod.js';
import { Unavailable } from './unavailable.js';

export const engineNames = ['kafka', 'mongo', 'elasticsearch', 'haproxy', 'prometheus'] as const;
export type EngineName = (typeof engineNames)[number];

export type Probe = { available: true } | { available: false; reason: string };

/** Makes an engine startable here: downloads and builds what is missing. `Unavailable` if that cannot be. */
const prepare: Record<EngineName, () => Promise<unknown>> = {
  kafka: () => fetchKafka(),
  mongo: () => fetchMongod(),
  elasticsearch: () => fetchElasticsearch(),
  haproxy: async () => runProgram(await findProgram('haproxy'), ['-v']),
  prometheus: async () => runProgram(await findProgram('prometheus'), ['--version']),
};

/** The address of a running engine that the environment names, if it does: `EDGE_TEST_KAFKA`, `EDGE_TEST_MONGO` … */
export function givenAddress(name: EngineName): string | undefined {
  return process.env[`EDGE_TEST_${name.toUpperCase()}`] || undefined;
}

/** Whether tests may use this engine: one that runs already, a container, or one that is started here, which is downloaded if need be (once, minutes at most). Otherwise the reason for skipping them. */
export async function probeEngine(name: EngineName): Promise<Probe> {
  if (givenAddress(name) || (isDockerEngine(name) && (await dockerHas(name)))) return { available: true };
  return probeProgram(name);
}

/** The same for tests that must start, kill and restart an engine of their own: an address is not enough. */
export async function probeProgram(name: EngineName): Promise<Probe> {
  try {
    await prepare[name]();
    return { available: true };
  } catch (error) {
    if (error instanceof Unavailable) return { available: false, reason: `${name}: ${error.message}` };
    throw error;
  }
}
