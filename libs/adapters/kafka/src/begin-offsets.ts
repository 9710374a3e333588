import type { Subscription } from '@edge/ports';
import type { Admin } from 'kafkajs';

/**
 * Where a group that reads from the latest begins: the ends of the partitions that it has never committed, looked up before it joins. kafkajs would look later, at
 * its first fetch and again after each rebalance, and skip what was sent before.
 */
export async function beginOffsets(admin: Admin, { topic, group, from }: Subscription): Promise<Map<number, string>> {
  if (from === 'earliest') return new Map();
  const [ends, [committed]] = await Promise.all([admin.fetchTopicOffsets(topic), admin.fetchOffsets({ groupId: group, topics: [topic] })]);
  const known = new Set((committed?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0).map(({ partition }) => partition));
  return new Map(ends.filter(({ partition }) => !known.has(partition)).map(({ partition, high }) => [partition, high]));
}
