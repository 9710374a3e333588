import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, topics } from '@edge/contracts';
import { createKeyring, generateKey } from '@edge/engine';
import { KafkaBus } from '@edge/kafka';
import type { BusRecord, Keyring } from '@edge/ports';
import { Kafka, logLevel } from 'kafkajs';
import { processorMs } from '../start/edge-under-test.js';
import type { Measured } from '../store/figures.js';
import { ExecutorProcess } from './executor-process.js';
import { evenHosts, signedCommands } from './signed-commands.js';

const COMMANDS = 2000;
const AT_ONCE = 200;
const group = 'edge-executor';

interface Round { seconds: number; processorPerCommandMs: number }

/** 2,000 signed commands that sleep a second, 200 at once in each executor: how long until all results are on the bus, with one executor and with two. */
export async function measureExecutors(kafka: string): Promise<Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-bench-'));
  const bus = await KafkaBus.open({ brokers: kafka.split(',') });
  try {
    await bus.ensureTopics(Object.values(topics));
    const keyring = writeKeys(folder);
    const [one, two] = [await round({ kafka, folder, bus, keyring }, 1), await round({ kafka, folder, bus, keyring }, 2)];
    return [
      { name: 'one_executor_per_second', value: COMMANDS / one.seconds, unit: '/s', about: '2,000 signed commands that sleep 1 s, one executor, 200 at once' },
      { name: 'two_executors_per_second', value: COMMANDS / two.seconds, unit: '/s', about: '  the same, two executors' },
      { name: 'two_executors_speedup', value: one.seconds / two.seconds, unit: '×', goal: 1.8, better: 'more', about: '  two executors against one' },
      { name: 'executor_processor_per_command', value: two.processorPerCommandMs, unit: 'ms', about: '  processor time of an executor per command, its start included' },
    ];
  } finally {
    await bus.close();
    rmSync(folder, { recursive: true });
  }
}

interface Stage { kafka: string; folder: string; bus: KafkaBus; keyring: Keyring }

async function round({ kafka, folder, bus, keyring }: Stage, executors: number): Promise<Round> {
  const env = { EDGE_KAFKA_BROKERS: kafka, EDGE_PORT: '0', EDGE_KEYS: folder, EDGE_SERVICE_TOKEN: 'x'.repeat(32), EDGE_BENCH_AT_ONCE: String(AT_ONCE) };
  const processes = Array.from({ length: executors }, () => ExecutorProcess.start(env));
  try {
    await Promise.all(processes.map((one) => one.until(() => groupStands(kafka, executors))));
    const seconds = await timeOf(bus, signedCommands(keyring, { hosts: evenHosts(COMMANDS, (name) => bus.partitionOf(topics.commands.name, name) ?? 0), round: newId(Date.now()) }));
    return { seconds, processorPerCommandMs: processes.reduce((sum, { pid }) => sum + processorMs(pid), 0) / COMMANDS };
  } finally {
    await Promise.all(processes.map((one) => one.end()));
  }
}

/** Seconds from sending until the last result came. */
async function timeOf(bus: KafkaBus, commands: BusRecord[]): Promise<number> {
  const answered = new Set<string>();
  let finish: () => void = () => undefined;
  const all = new Promise<void>((resolve) => { finish = resolve; });
  const deliver = ({ headers, value }: { headers: Record<string, string>; value: string }) => {
    if (headers.ce_type !== 'edge.command.finished.v1') return;
    answered.add((JSON.parse(value) as { command: string }).command);
    if (answered.size === commands.length) finish();
  };
  const failed = (cause: Error) => { throw cause; };
  const reader = await bus.subscribe({ topic: topics.actions.name, group: `bench-${newId(Date.now())}`, from: 'latest' }, { assigned: () => undefined, failed, deliver });
  const began = performance.now();
  await bus.publish(commands);
  await all;
  const seconds = (performance.now() - began) / 1000;
  await reader.close();
  return seconds;
}

async function groupStands(kafka: string, members: number): Promise<boolean> {
  const admin = new Kafka({ brokers: kafka.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const { groups } = await admin.describeGroups([group]);
  await admin.disconnect();
  return groups[0]?.state === 'Stable' && groups[0].members.length === members;
}

function writeKeys(folder: string): Keyring {
  const [command, grant, result] = [generateKey(), generateKey(), generateKey()];
  writeFileSync(join(folder, 'result.json'), JSON.stringify(result));
  for (const [audience, { kid, publicKey }] of Object.entries({ command, grant })) writeFileSync(join(folder, `${audience}.pub.json`), JSON.stringify({ kid, publicKey }));
  return createKeyring({ sign: { command, grant }, trust: {} });
}
