import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@elastic/elasticsearch';
import { newId, topics } from '@edge/contracts';
import { OutputAppended } from '@edge/contracts/messages';
import { ServiceProcess } from '@edge/e2e/cluster';
import { KafkaBus } from '@edge/kafka';
import { toRecord } from '@edge/nest';
import type { BusRecord } from '@edge/ports';
import { freePort } from '@edge/testing/engines';
import type { Measured } from '../store/figures.js';

const ACTIONS = 40;
const COMMANDS_EACH = 25;
const CHUNKS_EACH = 2;
const LINES_EACH = 100;
const LINES = ACTIONS * COMMANDS_EACH * CHUNKS_EACH * LINES_EACH;
const patienceMs = 300_000;

/** Output of 1,000 commands goes onto the bus at once; a log shipper as it is brings it into Elasticsearch. */
export async function measureLines({ kafka, mongo, elasticsearch }: { kafka: string; mongo: string; elasticsearch: string }): Promise<Measured[]> {
  const bus = await KafkaBus.open({ brokers: kafka.split(',') });
  const client = new Client({ node: elasticsearch });
  const settings = { EDGE_KAFKA_BROKERS: kafka, EDGE_MONGO_URL: mongo, EDGE_ELASTICSEARCH_URL: elasticsearch, EDGE_ACL_URL: 'http://127.0.0.1:9', EDGE_SERVICE_TOKEN: 'x'.repeat(32), EDGE_LOG_LEVEL: 'warn' };
  const shipper = new ServiceProcess('log-shipper', { ...settings, EDGE_PORT: String(await freePort()) });
  try {
    await bus.ensureTopics(Object.values(topics));
    await shipper.start().ready();
    const records = output();
    const began = performance.now();
    for (let from = 0; from < records.length; from += 200) await bus.publish(records.slice(from, from + 200));
    const sentSeconds = (performance.now() - began) / 1000;
    const found = await untilThere(client);
    const seconds = (performance.now() - began) / 1000;
    return [
      { name: 'lines_to_index_per_second', value: found / seconds, unit: '/s', goal: 15_000, better: 'more', about: `${LINES.toLocaleString('en')} log lines from the bus into Elasticsearch, one log shipper` },
      { name: 'lines_lost', value: LINES - found, unit: '', goal: 0, about: '  of these lost' },
      { name: 'lines_sent_seconds', value: sentSeconds, unit: 's', about: '  until all were on the bus' },
    ];
  } finally {
    await shipper.end();
    await Promise.all([bus.close(), client.close()]);
  }
}

async function untilThere(client: Client): Promise<number> {
  const until = performance.now() + patienceMs;
  let found = 0;
  while (found < LINES && performance.now() < until) {
    await sleep(100);
    await client.indices.refresh({ index: 'edge-detail-*', allow_no_indices: true });
    ({ count: found } = await client.count({ index: 'edge-detail-*', allow_no_indices: true, query: { term: { space: 'bench-lines' } } }));
  }
  return found;
}

function output(): BusRecord[] {
  const actions = Array.from({ length: ACTIONS }, () => newId(Date.now()));
  const chunks = Array.from({ length: CHUNKS_EACH }, (_, chunk) => chunk);
  return chunks.flatMap((chunk) => Array.from({ length: COMMANDS_EACH }, (_, command) => actions.map((action) => record(action, { command: `${action}-${command}`, chunk }))).flat());
}

function record(action: string, { command, chunk }: { command: string; chunk: number }): BusRecord {
  const lines = Array.from({ length: LINES_EACH }, (_, n) => `INFO  unpacked file number ${String(n).padStart(4, '0')} of the release into /opt/app/releases/${String(n * 7 % 977).padStart(4, '0')}/lib, took ${String(n % 89).padStart(2, '0')} ms\n`);
  const bytes = Buffer.from(lines.join(''));
  const message: OutputAppended = Object.assign(new OutputAppended(), {
    action, space: 'bench-lines', project: 'shop', type: 'deploy', actor: 'user:bench', host: command.slice(-12), step: 'install', command, stream: 'stdout' as const, offset: chunk * bytes.length,
    bytes: bytes.toString('base64'), at: new Date().toISOString(), ...(chunk === CHUNKS_EACH - 1 ? { last: true as const } : {}),
  });
  return toRecord(topics.output.name, action, message, { correlationId: action, source: 'edge/bench', id: `${command}:stdout:${message.offset}` });
}
