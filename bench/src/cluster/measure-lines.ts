import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@elastic/elasticsearch';
import { topics } from '@edge/contracts';
import { ServiceProcess } from '@edge/e2e/cluster';
import { ElasticLogIndex } from '@edge/elasticsearch';
import { KafkaBus } from '@edge/kafka';
import { freePort } from '@edge/testing/engines';
import { processorMs } from '../start/edge-under-test.js';
import type { Measured } from '../store/figures.js';
import { perSecond } from '../store/samples.js';
import { commandsOfRound, lineDocuments, LINES, outputRecord } from './printed-lines.js';

const patienceMs = 600_000;
const bulkSize = 2_000;
const bulksInFlight = 2;

interface Places { kafka: string; mongo: string; elasticsearch: { address: string; pid: number | undefined } }

interface Round { perSecond: number; shipperMs: number; indexMs: number }

/**
 * Output of 1,000 commands goes onto the bus at once; a log shipper as it is brings it into Elasticsearch. Before and after it the same documents by a bare client that does nothing else:
 * that is what this Elasticsearch takes here and now. First a round of each in which everything is still being compiled.
 */
export async function measureLines({ kafka, mongo, elasticsearch: { address, pid } }: Places): Promise<Measured[]> {
  const bus = await KafkaBus.open({ brokers: kafka.split(',') });
  const client = new Client({ node: address });
  const settings = { EDGE_KAFKA_BROKERS: kafka, EDGE_MONGO_URL: mongo, EDGE_ELASTICSEARCH_URL: address, EDGE_ACL_URL: 'http://127.0.0.1:9', EDGE_SERVICE_TOKEN: 'x'.repeat(32), EDGE_LOG_LEVEL: 'warn' };
  const shipper = new ServiceProcess('log-shipper', { ...settings, EDGE_PORT: String(await freePort()) });
  try {
    await (await ElasticLogIndex.open({ url: address, prefix: 'bare' })).close(); // makes the same templates for the bare client's indices
    await bus.ensureTopics(Object.values(topics));
    await shipper.start().ready();
    const costs = () => [processorMs(shipper.pid!), processorMs(pid!)] as const;
    const [cold] = [await round(costs, () => ship(bus, client)), await round(costs, () => bare(client))];
    const [before, warm, after] = [await round(costs, () => bare(client)), await round(costs, () => ship(bus, client)), await round(costs, () => bare(client))];
    const bareRate = (before.perSecond + after.perSecond) / 2;
    return [
      { name: 'lines_to_index_per_second', value: warm.perSecond, unit: '/s', goal: 15_000, better: 'more', about: `${LINES.toLocaleString('en')} log lines from the bus until they are found in Elasticsearch, one log shipper` },
      { name: 'lines_lost', value: 2 * LINES - (await count(client, 'edge', true)), unit: '', goal: 0, about: '  of these and of the same before them lost' },
      { name: 'lines_bare_per_second', value: bareRate, unit: '/s', about: '  the same documents by a bare client, two bulks of 2,000 in flight, mean of before and after' },
      { name: 'lines_against_bare', value: warm.perSecond / bareRate, unit: '×', about: '  of what this Elasticsearch takes here at all' },
      { name: 'lines_to_index_cold_per_second', value: cold.perSecond, unit: '/s', about: '  the same right after the start' },
      { name: 'lines_processor_shipper', value: warm.shipperMs, unit: 'ms', about: '  processor time of 1,000 lines in the log shipper' },
      { name: 'lines_processor_index', value: warm.indexMs, unit: 'ms', about: '  and in Elasticsearch' },
      { name: 'lines_processor_index_bare', value: (before.indexMs + after.indexMs) / 2, unit: 'ms', about: '  and in Elasticsearch for the bare client' },
    ];
  } finally {
    await shipper.end();
    await Promise.all([bus.close(), client.close()]);
  }
}

/** Processor time in milliseconds of 1,000 lines. */
async function round(costs: () => readonly [number, number], work: () => Promise<void>): Promise<Round> {
  const before = costs();
  const rate = await perSecond(LINES, work);
  const [shipperMs, indexMs] = costs().map((ms, n) => ((ms - before[n]!) * 1000) / LINES) as [number, number];
  return { perSecond: rate, shipperMs, indexMs };
}

async function ship(bus: KafkaBus, client: Client): Promise<void> {
  const wanted = (await count(client, 'edge', true)) + LINES;
  const records = commandsOfRound().map(outputRecord);
  for (let from = 0; from < records.length; from += 200) await bus.publish(records.slice(from, from + 200));
  await found(client, 'edge', wanted);
}

async function bare(client: Client): Promise<void> {
  const wanted = (await count(client, 'bare', true)) + LINES;
  const documents = commandsOfRound().flatMap(lineDocuments);
  const send = async (): Promise<void> => {
    for (let bulk = documents.splice(0, bulkSize); bulk.length > 0; bulk = documents.splice(0, bulkSize)) {
      const { errors } = await client.bulk({ operations: bulk.flatMap((one) => [{ create: { _index: 'bare-detail-now', _id: one.id, routing: one.correlation_id } }, one]) });
      if (errors) throw new Error('Elasticsearch refused documents of the bare client.');
    }
  };
  await Promise.all(Array.from({ length: bulksInFlight }, send));
  await found(client, 'bare', wanted);
}

/** As people find them: no refresh is asked for. */
async function found(client: Client, prefix: string, wanted: number): Promise<void> {
  for (const until = performance.now() + patienceMs; (await count(client, prefix, false)) < wanted && performance.now() < until;) await sleep(200);
}

async function count(client: Client, prefix: string, refreshed: boolean): Promise<number> {
  if (refreshed) await client.indices.refresh({ index: `${prefix}-detail-*`, allow_no_indices: true });
  const found = await client.count({ index: `${prefix}-detail-*`, allow_no_indices: true, query: { term: { space: 'bench-lines' } } }, { ignore: [503] }); // an index just made has no shard yet
  return found.count ?? 0;
}
