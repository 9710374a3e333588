import { Kafka, logLevel, type KafkaConfig, type LogEntry, type SASLOptions } from 'kafkajs';
import { patchRequestQueue } from './patch-request-queue.js';

export interface KafkaSasl { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }

/** PEM texts. An empty object: TLS with the authorities that the system knows. */
export interface KafkaTls { ca?: string; cert?: string; key?: string }

export interface KafkaOptions {
  /** `host:port` of some brokers (`EDGE_KAFKA_BROKERS`). */
  brokers: string[];
  /** How this program is called in the brokers' logs. */
  clientId?: string;
  sasl?: KafkaSasl;
  tls?: KafkaTls;
  /** How long a silent member keeps its partitions. Default 10 s. */
  sessionTimeoutMs?: number;
  /** How often something that can be tried again is, until it is given up; a second apart at most. Default 30. */
  retries?: number;
  /** Warnings and errors of the driver. */
  log?: (level: 'warn' | 'error', message: string, fields: Record<string, unknown>) => void;
}

/**
 * A client of its own for every consumer: clients of kafkajs share what they remember of committed offsets among all consumers of a group, and two
 * members in one process would overwrite each other's.
 */
export function kafkaClient(options: KafkaOptions): Kafka {
  patchRequestQueue();
  const { brokers, clientId = 'edge', retries = 30, log } = options;
  return new Kafka({
    brokers, clientId, connectionTimeout: 3000, authenticationTimeout: 10_000, requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries },
    logLevel: log ? logLevel.WARN : logLevel.NOTHING,
    logCreator: () => (entry: LogEntry) => forward(entry, log),
    ...security(options),
  });
}

function security({ sasl, tls }: KafkaOptions): Pick<KafkaConfig, 'sasl' | 'ssl'> {
  return { ...(sasl ? { sasl: sasl as SASLOptions } : {}), ...(tls ? { ssl: tls.ca || tls.cert ? tls : true } : {}) };
}

function forward({ level, log: { message, ...fields } }: LogEntry, log: KafkaOptions['log']): void {
  log?.(level === logLevel.ERROR ? 'error' : 'warn', message, fields);
}
