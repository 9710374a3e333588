import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@elastic/elasticsearch';
import { newId, topics } from '@edge/contracts';
import { OutputAppended } from '@edge/contracts/messages';
import { ServiceProcess } from '@edge/e2e/cluster';
import { KafkaBus } from '@edge/kafka';
import { toRecord } from '@edge/nest';
import type { BusRecord } from '@edge/ports';
import { freePort } from '@edge/testing/engines';
import { processorMs } from '../start/edge-under-test.js';
import type { Measured } from '../store/figures.js';
import { perSecond } from '../store/samples.js';

const ACTIONS = 40;
const COMMANDS_EACH = 25;
const LINES_EACH = 100;
const LINES = ACTIONS * COMMANDS_EACH * LINES_EACH;
const patienceMs = 300_000;

interface Places { kafka: string; mongo: string; elasticsearch: { address: string; pid: number | undefined } }

/** Output of 1,000 commands goes onto the bus at once, twice; a log shipper as it is brings it into Elasticsearch. The first time both programs are still being compiled. */
export async function measureLines({ kafka, mongo, elasticsearch: { address, pid } }: Places): Promise<Measured[]> {
  const bus = await KafkaBus.open({ brokers: kafka.split(',') });
  const client = new Client({ node: address });
  const settings = { EDGE_KAFKA_BROKERS: kafka, EDGE_MONGO_URL: mongo, EDGE_ELASTICSEARCH_URL: address, EDGE_ACL_URL: 'http://127.0.0.1:9', EDGE_SERVICE_TOKEN: 'x'.repeat(32), EDGE_LOG_LEVEL: 'warn' };
  const shipper = new ServiceProcess('log-shipper', { ...settings, EDGE_PORT: String(await freePort()) });
  try {
    await bus.ensureTopics(Object.values(topics));
    await shipper.start().ready();
    const cold = await perSecond(LINES, () => ship({ bus, client, chunk: 0 }));
    const before = [processorMs(shipper.pid!), processorMs(pid!)];
    const warm = await perSecond(LINES, () => ship({ bus, client, chunk: 1 }));
    const [own, index] = [processorMs(shipper.pid!) - before[0]!, processorMs(pid!) - before[1]!];
    return [
      { name: 'lines_to_index_per_second', value: warm, unit: '/s', goal: 15_000, better: 'more', about: `${LINES.toLocaleString('en')} log lines from the bus until they are found in Elasticsearch, one log shipper` },
      { name: 'lines_lost', value: 2 * LINES - (await count(client)), unit: '', goal: 0, about: '  of these and of the same before them lost' },
      { name: 'lines_to_index_cold_per_second', value: cold, unit: '/s', about: '  the same right after the start' },
      { name: 'lines_processor_shipper', value: (own * 1000) / LINES, unit: 'ms', about: '  processor time of 1,000 lines in the log shipper' },
      { name: 'lines_processor_index', value: (index * 1000) / LINES, unit: 'ms', about: '  and in Elasticsearch' },
    ];
  } finally {
    await shipper.end();
    await Promise.all([bus.close(), client.close()]);
  }
}

const actions = Array.from({ length: ACTIONS }, () => newId(Date.now()));

async function ship({ bus, client, chunk }: { bus: KafkaBus; client: Client; chunk: number }): Promise<void> {
  const records = Array.from({ length: COMMANDS_EACH }, (_, command) => actions.map((action) => record(action, { command: `${action}-${command}`, chunk }))).flat();
  for (let from = 0; from < records.length; from += 200) await bus.publish(records.slice(from, from + 200));
  const until = performance.now() + patienceMs;
  while ((await count(client)) < LINES * (chunk + 1) && performance.now() < until) await sleep(100);
}

async function count(client: Client): Promise<number> {
  await client.indices.refresh({ index: 'edge-detail-*', allow_no_indices: true });
  return (await client.count({ index: 'edge-detail-*', allow_no_indices: true, query: { term: { space: 'bench-lines' } } })).count;
}

function record(action: string, { command, chunk }: { command: string; chunk: number }): BusRecord {
  const lines = Array.from({ length: LINES_EACH }, (_, n) => `INFO  unpacked file number ${String(n).padStart(4, '0')} of the release into /opt/app/releases/${String(n * 7 % 977).padStart(4, '0')}/lib, took ${String(n % 89).padStart(2, '0')} ms\n`);
  const bytes = Buffer.from(lines.join(''));
  const message: OutputAppended = Object.assign(new OutputAppended(), {
    action, space: 'bench-lines', project: 'shop', type: 'deploy', actor: 'user:bench', host: command.slice(-12), step: 'install', command, stream: 'stdout' as const, offset: chunk * bytes.length,
    bytes: bytes.toString('base64'), at: new Date().toISOString(), ...(chunk === 1 ? { last: true as const } : {}),
  });
  return toRecord(topics.output.name, action, message, { correlationId: action, causationId: command, source: 'edge/bench', id: `${command}:stdout:${message.offset}` });
}
