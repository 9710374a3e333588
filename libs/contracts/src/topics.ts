export interface Topic {
  name: string;
  partitions: number;
  /** How long messages are kept at least. */
  retentionMs: number;
}

const day = 86_400_000;

/** Every topic, with what it must look like on a cluster. Job records on hosts are kept 8 days, longer than any command. */
export const topics = {
  actions: { name: 'edge.actions', partitions: 24, retentionMs: 7 * day },
  commands: { name: 'edge.commands', partitions: 48, retentionMs: 7 * day },
  output: { name: 'edge.output', partitions: 24, retentionMs: 2 * day },
  events: { name: 'edge.events', partitions: 24, retentionMs: 7 * day },
  requests: { name: 'edge.requests', partitions: 6, retentionMs: 7 * day },
  dlq: { name: 'edge.dlq', partitions: 6, retentionMs: 30 * day },
} as const satisfies Record<string, Topic>;

export type TopicName = (typeof topics)[keyof typeof topics]['name'];
