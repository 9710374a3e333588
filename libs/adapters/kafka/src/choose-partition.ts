import { Partitioners } from 'kafkajs';

const byKey = Partitioners.DefaultPartitioner();

/** The partition of a key, as every Kafka client chooses it by default (murmur2). Records without a key go around. */
export class ChoosePartition {
  private turn = 0;

  of(key: string, partitions: number): number {
    if (key === '') return (this.turn += 1) % partitions;
    return byKey({ topic: '', partitionMetadata: metadataOf(partitions), message: { key, value: null } });
  }
}

const known = new Map<number, Parameters<typeof byKey>[0]['partitionMetadata']>();

function metadataOf(partitions: number): Parameters<typeof byKey>[0]['partitionMetadata'] {
  const made = known.get(partitions) ?? Array.from({ length: partitions }, (_, partitionId) => ({ partitionErrorCode: 0, partitionId, leader: 0, replicas: [], isr: [] }));
  known.set(partitions, made);
  return made;
}
