import { setTimeout as pause } from 'node:timers/promises';
import { errors, type Topic } from '@edge/contracts';
import { ConfigResourceTypes, type Admin, type ITopicMetadata } from 'kafkajs';

const maxMessageBytes = 2 * 1024 * 1024;
const patienceMs = 30_000;

/** Creates the topics that are missing, waits until each partition has a leader, and checks all. Answers how many partitions each has. */
export async function ensureTopics(admin: Admin, topics: Topic[]): Promise<Map<string, number>> {
  const { brokers } = await admin.describeCluster();
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) await create(admin, { topics: missing, replicas: Math.min(3, brokers.length) });
  const metadata = await withLeaders(admin, topics.map(({ name }) => name));
  const differing = [...topics.flatMap((topic) => partitionFault(topic, metadata)), ...(await settingFaults(admin, { topics, brokers: brokers.length }))];
  if (differing.length > 0) throw errors.unavailable(differing.join(' '));
  return new Map(metadata.map(({ name, partitions }) => [name, partitions.length]));
}

/** Stored uncompressed, whatever a foreign producer sends: kafkajs dies of Snappy, LZ4 and Zstandard. `waitForLeaders` would fail with "unknown topic" although the topic is there: kafkajs asks a broker that has not heard of it yet. */
async function create(admin: Admin, { topics, replicas }: { topics: Topic[]; replicas: number }): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map(({ name, partitions, retentionMs }) => ({
      topic: name, numPartitions: partitions, replicationFactor: replicas,
      configEntries: Object.entries({ 'retention.ms': retentionMs, 'min.insync.replicas': replicas > 1 ? 2 : 1, 'max.message.bytes': maxMessageBytes, 'cleanup.policy': 'delete', 'compression.type': 'uncompressed' })
        .map(([setting, value]) => ({ name: setting, value: String(value) })),
    })),
  });
}

async function withLeaders(admin: Admin, names: string[]): Promise<ITopicMetadata[]> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const found = await admin.fetchTopicMetadata({ topics: names }).then(({ topics }) => topics, (error: Error) => error);
    const ready = Array.isArray(found) && names.every((name) => found.some((topic) => topic.name === name && topic.partitions.length > 0 && topic.partitions.every(({ leader }) => leader >= 0)));
    if (ready) return found;
    if (performance.now() > until) throw found instanceof Error ? found : errors.unavailable(`The topics ${names.join(', ')} have partitions without a leader: too few Kafka brokers run.`);
    await pause(100);
  }
}

function partitionFault({ name, partitions }: Topic, metadata: ITopicMetadata[]): string[] {
  const found = metadata.find((topic) => topic.name === name)?.partitions.length ?? 0;
  if (found >= partitions) return [];
  return [`The topic ${name} has ${found} partitions and needs ${partitions}. While Edge is stopped and has nothing to do: kafka-topics --alter --topic ${name} --partitions ${partitions}.`];
}

async function settingFaults(admin: Admin, { topics, brokers }: { topics: Topic[]; brokers: number }): Promise<string[]> {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: topics.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name })) });
  return topics.flatMap((topic) => {
    const entries = resources.find(({ resourceName }) => resourceName === topic.name)?.configEntries ?? [];
    const valueOf = (setting: string) => Number(entries.find(({ configName }) => configName === setting)?.configValue);
    return [...retentionFault(topic, valueOf('retention.ms')), ...(brokers >= 3 ? inSyncFault(topic, valueOf('min.insync.replicas')) : [])];
  });
}

/** -1 keeps for ever. */
function retentionFault({ name, retentionMs }: Topic, found: number): string[] {
  if (found === -1 || found >= retentionMs) return [];
  return [`The topic ${name} keeps messages for ${found} ms and must keep them for ${retentionMs}: kafka-configs --alter --topic ${name} --add-config retention.ms=${retentionMs}.`];
}

function inSyncFault({ name }: Topic, found: number): string[] {
  if (found >= 2) return [];
  return [`The topic ${name} acknowledges messages that only one broker has: kafka-configs --alter --topic ${name} --add-config min.insync.replicas=2.`];
}
