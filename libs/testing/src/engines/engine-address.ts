import { dockerHas, isDockerEngine, startInDocker } from './docker-engine.js';
import { startElasticsearch } from './elasticsearch/start-elasticsearch.js';
import { startHaproxy } from './haproxy/start-haproxy.js';
import { startKafka } from './kafka/start-kafka.js';
import { startMongo } from './mongo/start-mongo.js';
import { givenAddress, type EngineName } from './probe-engine.js';
import { startPrometheus } from './prometheus/start-prometheus.js';

interface Started { address: string; stop(): Promise<void> }

const start: Record<EngineName, () => Promise<Started>> = {
  kafka: () => startKafka(),
  mongo: () => startMongo(),
  elasticsearch: () => startElasticsearch(),
  haproxy: async () => (await startHaproxy()).engine,
  prometheus: () => startPrometheus(),
};

const running = new Map<EngineName, Promise<Started>>();

async function begin(name: EngineName): Promise<Started> {
  return isDockerEngine(name) && (await dockerHas(name)) ? startInDocker(name) : start[name]();
}

/**
 * The address of an engine to use, not to hurt: the environment's (`EDGE_TEST_KAFKA` …), else one that is started now, as a container where there is a Docker engine, and shared by this spec file.
 * `host:port` list for Kafka, a URL for MongoDB, Elasticsearch and Prometheus, `host:port` of the runtime API for HAProxy.
 */
export async function engineAddress(name: EngineName): Promise<string> {
  const given = givenAddress(name);
  if (given) return given;
  const engine = running.get(name) ?? begin(name);
  running.set(name, engine);
  return (await engine).address;
}

/** Ends what `engineAddress` started; for `afterAll`. */
export async function stopEngines(): Promise<void> {
  const engines = await Promise.allSettled(running.values());
  running.clear();
  await Promise.all(engines.flatMap((engine) => (engine.status === 'fulfilled' ? [engine.value.stop()] : [])));
}
