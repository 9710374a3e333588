import { EdgeError, errors } from '@edge/contracts';

interface KafkaError { name: string; message: string; type?: string; retriable?: boolean; cause?: unknown; originalError?: unknown; errors?: unknown[] }

const sentences: Record<string, string> = {
  TOPIC_AUTHORIZATION_FAILED: 'Kafka does not allow this user to use the topic. Grant it Read, Write, Create, Describe and DescribeConfigs on the topics edge.*.',
  GROUP_AUTHORIZATION_FAILED: 'Kafka does not allow this user to use the consumer group. Grant it Read on the groups of Edge.',
  CLUSTER_AUTHORIZATION_FAILED: 'Kafka does not allow this user to act on the cluster. Grant it Create and Describe on the cluster, or make the topics by hand.',
  KafkaJSSASLAuthenticationError: 'Kafka refuses this user. Check EDGE_KAFKA_SASL_MECHANISM, EDGE_KAFKA_SASL_USERNAME and EDGE_KAFKA_SASL_PASSWORD.',
  KafkaJSGroupCoordinatorNotFound: 'Kafka names no coordinator for the consumer group. If the cluster is well, the user may not Read the group: grant it.',
  KafkaJSConnectionError: 'Kafka cannot be reached. Check EDGE_KAFKA_BROKERS, EDGE_KAFKA_TLS_* and that the brokers run.',
  KafkaJSConnectionClosedError: 'Kafka closed the connection. Check EDGE_KAFKA_BROKERS, EDGE_KAFKA_TLS_* and that the brokers run.',
  KAFKA_STORAGE_ERROR: 'A disk of Kafka is full or broken. Free space on the brokers, or shorten the retention of what else lies there.',
  NOT_ENOUGH_REPLICAS: 'Too few Kafka brokers run to store a message safely.',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'Too few Kafka brokers run to store a message safely.',
};

/** What the driver threw, from the outermost error to its first cause. */
export function causesOf(error: unknown): KafkaError[] {
  const causes: KafkaError[] = [];
  for (let next: unknown = error; next instanceof Error && !causes.includes(next); ) {
    causes.push(next);
    const { cause, originalError, errors: several }: KafkaError = next;
    next = cause ?? originalError ?? several?.[0];
  }
  return causes;
}

/** Kafka knows no coordinator of a group: for a moment after it woke up, and as long as the user may not read the group. */
export function namesNoCoordinator(error: unknown): boolean {
  return causesOf(error).some(({ name }) => name === 'KafkaJSGroupCoordinatorNotFound');
}

export function isTooLarge(error: unknown): boolean {
  return causesOf(error).some(({ type }) => type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE');
}

/** What Kafka answered, as a sentence that names the engine, what it said and the setting to look at. Our own errors pass. */
export function kafkaFailure(error: unknown, doing: string): EdgeError {
  if (error instanceof EdgeError) return error;
  const causes = causesOf(error);
  const known = causes.flatMap(({ type, name }) => [type, name]).find((code) => code !== undefined && code in sentences);
  const said = causes.at(-1)?.message ?? String(error);
  return errors.unavailable(`${doing}: ${known ? `${sentences[known]} ` : ''}Kafka said: ${said}`);
}
