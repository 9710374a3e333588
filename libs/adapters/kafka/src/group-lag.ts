import type { Admin } from 'kafkajs';

export interface GroupReader { group: string; topic: string }
export interface Lag extends GroupReader { records: number }

const ofEdge = /^edge-/;

/** What groups of Edge, of any process, have read with a position that is kept; besides these, `own`. */
export async function groupsRead(admin: Admin, own: Iterable<GroupReader>): Promise<GroupReader[]> {
  const { groups } = await admin.listGroups();
  const theirs = groups.map(({ groupId }) => groupId).filter((group) => ofEdge.test(group));
  const read = await Promise.all(theirs.map(async (group) => (await admin.fetchOffsets({ groupId: group })).map(({ topic }) => ({ group, topic }))));
  return [...new Map([...own, ...read.flat()].map((reader) => [`${reader.group} ${reader.topic}`, reader])).values()];
}

/** Records between what a group has committed (or where the log begins) and the ends of the topic. */
export async function groupLag(admin: Admin, { group, topic }: GroupReader): Promise<Lag> {
  const [ends, [committed]] = await Promise.all([admin.fetchTopicOffsets(topic), admin.fetchOffsets({ groupId: group, topics: [topic] })]);
  const next = new Map((committed?.partitions ?? []).map(({ partition, offset }) => [partition, BigInt(offset)]));
  const behind = ends.map(({ partition, high, low }) => {
    const at = next.get(partition) ?? -1n;
    return BigInt(high) - (at >= BigInt(low) ? at : BigInt(low));
  });
  return { group, topic, records: Number(behind.reduce((sum, records) => sum + records, 0n)) };
}
