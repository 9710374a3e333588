import { startElasticsearch, startHaproxy, startKafka, startMongo, startPrometheus, type EngineName } from '@edge/testing/engines';

export interface StartOptions { brokers: 1 | 3; standalone: boolean }

export interface Started {
  address: string;
  /** The settings by which Edge and its tests find it. */
  environment: Record<string, string>;
  /** Undefined once it has ended by itself. */
  pid: () => number | undefined;
  stop(): Promise<void>;
}

/** Starts one engine for a person or for a whole test run. */
export const startEngine: Record<EngineName, (options: StartOptions) => Promise<Started>> = {
  async kafka({ brokers }) {
    const cluster = await startKafka({ brokers });
    return started(cluster, { EDGE_TEST_KAFKA: cluster.address, EDGE_KAFKA_BROKERS: cluster.address }, () => cluster.pid());
  },
  async mongo({ standalone }) {
    const engine = await startMongo({ kind: standalone ? 'standalone' : 'replica-set' });
    return started(engine, { EDGE_TEST_MONGO: engine.address, EDGE_MONGO_URL: engine.address }, () => engine.pid);
  },
  async elasticsearch() {
    const engine = await startElasticsearch();
    return started(engine, { EDGE_TEST_ELASTICSEARCH: engine.address, EDGE_ELASTICSEARCH_URL: engine.address }, () => engine.pid);
  },
  async haproxy() {
    const { engine } = await startHaproxy();
    return started(engine, { EDGE_TEST_HAPROXY: engine.address }, () => engine.pid);
  },
  async prometheus() {
    const engine = await startPrometheus();
    return started(engine, { EDGE_TEST_PROMETHEUS: engine.address }, () => engine.pid);
  },
};

function started(engine: { address: string; stop(): Promise<void> }, environment: Record<string, string>, pid: () => number | undefined): Started {
  return { address: engine.address, environment, pid, stop: () => engine.stop() };
}
