import { Cluster } from '@edge/e2e/cluster';
import { startElasticsearch, startKafka, startMongo } from '@edge/testing/engines';
import { type Measured, printFigures } from '../store/figures.js';
import { measureAcceptance } from './measure-acceptance.js';
import { measureDispatch } from './measure-dispatch.js';
import { measureExecutors } from './measure-executors.js';
import { measureLines } from './measure-lines.js';
import { measureSteps } from './measure-steps.js';
import { runSleepingExecutor } from './sleeping-executor.js';

/** Benchmark `cluster`: real Kafka, MongoDB and Elasticsearch, the services as processes. As further word `lines` measures only these; `executor` makes this program one of the executors that are measured. */
export async function benchCluster([only]: string[] = []): Promise<void> {
  if (only === 'executor') return runSleepingExecutor();
  const kafka = await startKafka();
  try {
    const measured = only === 'lines' ? [] : [...(await measureDispatch(kafka.address)), ...(await measureExecutors(kafka.address))];
    printFigures('cluster', [...measured, ...(await withStores(kafka.address, only))]);
  } finally {
    await kafka.stop();
  }
}

async function withStores(kafka: string, only: string | undefined): Promise<Measured[]> {
  const [mongo, elasticsearch] = await Promise.all([startMongo(), startElasticsearch()]);
  try {
    const engines = { kafka, mongo: mongo.address, elasticsearch: elasticsearch.address };
    const lines = await measureLines({ ...engines, elasticsearch });
    if (only === 'lines') return lines;
    const cluster = await Cluster.start({ engines });
    try {
      return [...lines, ...(await measureSteps(cluster)), ...(await measureAcceptance(cluster))];
    } finally {
      await cluster.stop();
    }
  } finally {
    await Promise.all([mongo.stop(), elasticsearch.stop()]);
  }
}
