import { readFileSync } from 'node:fs';
import * as setting from '../settings/settings.js';
import { SettingsError } from '../settings/typed-env.js';

/** Settings that programs of a cluster share; each program takes those that it needs. */
export const rimSettings = (port: number) => ({
  host: setting.text('EDGE_HOST', { about: 'the address to listen on', fallback: '127.0.0.1', example: '127.0.0.1' }),
  port: setting.port('EDGE_PORT', port),
  logLevel: setting.choice('EDGE_LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], { about: 'how much is logged', fallback: 'info' }),
  tlsCert: setting.optional(setting.text('EDGE_TLS_CERT', { about: 'the certificate file', example: '/etc/edge/tls.crt' })),
  tlsKey: setting.optional(setting.text('EDGE_TLS_KEY', { about: 'the key file of the certificate', example: '/etc/edge/tls.key' })),
  tlsCa: setting.optional(setting.text('EDGE_TLS_CA', { about: 'the file of the authority that signed it', example: '/etc/edge/ca.crt' })),
  trustedProxy: setting.optional(setting.text('EDGE_TRUSTED_PROXY', { about: 'the address of a proxy that ends TLS before Edge', example: '10.0.0.2' })),
  serviceToken: setting.secret('EDGE_SERVICE_TOKEN', { about: 'a long random text that the services of one cluster know each other by', example: '$(openssl rand -hex 32)' }),
});

export const kafkaSettings = {
  kafkaBrokers: setting.addresses('EDGE_KAFKA_BROKERS', { about: 'some brokers of the Kafka cluster', example: 'kafka-1:9092,kafka-2:9092' }),
  saslMechanism: setting.optional(setting.choice('EDGE_KAFKA_SASL_MECHANISM', ['plain', 'scram-sha-256', 'scram-sha-512'], { about: 'how Edge signs in to Kafka' })),
  saslUsername: setting.optional(setting.text('EDGE_KAFKA_SASL_USERNAME', { about: 'the user of Kafka', example: 'edge' })),
  saslPassword: setting.optional(setting.secret('EDGE_KAFKA_SASL_PASSWORD', { about: 'the password of that user', example: '…' })),
  kafkaCa: setting.optional(setting.text('EDGE_KAFKA_TLS_CA', { about: "the file of the authority that signed the brokers' certificates", example: '/etc/edge/kafka-ca.crt' })),
  kafkaCert: setting.optional(setting.text('EDGE_KAFKA_TLS_CERT', { about: "the file of Edge's own certificate for Kafka", example: '/etc/edge/kafka.crt' })),
  kafkaKey: setting.optional(setting.text('EDGE_KAFKA_TLS_KEY', { about: 'the key file of that certificate', example: '/etc/edge/kafka.key' })),
};

export const mongoSettings = { mongoUrl: setting.secretUrl('EDGE_MONGO_URL', { about: 'where MongoDB is', schemes: ['mongodb', 'mongodb+srv'], example: 'mongodb://edge:…@mongo:27017/edge?replicaSet=rs0' }) };
export const elasticSettings = { elasticUrl: setting.secretUrl('EDGE_ELASTICSEARCH_URL', { about: 'where Elasticsearch is', schemes: ['https', 'http'], example: 'https://edge:…@elasticsearch:9200' }) };
export const keySettings = { keys: setting.text('EDGE_KEYS', { about: 'the folder of signing and encryption keys (edge keys create)', example: '/etc/edge/keys' }) };
export const aclSettings = { aclUrl: setting.url('EDGE_ACL_URL', { about: 'where the acl service is', example: 'http://127.0.0.1:8082' }) };
export const configSettings = { configUrl: setting.url('EDGE_CONFIG_URL', { about: 'where the config service is', example: 'http://127.0.0.1:8081' }) };

type Values<S> = { [K in keyof S]: S[K] extends setting.Setting<infer T> ? T : never };
export type RimEnv = Values<ReturnType<typeof rimSettings>>;
export type KafkaEnv = Values<typeof kafkaSettings>;

const loopback = /^(127\.|::1$|localhost$)/;
const shortestToken = 16;

/** What no single setting can tell. @throws SettingsError with everything that is wrong */
export function checkRim<E extends RimEnv>(env: E): E {
  const wrong: string[] = [];
  if (!loopback.test(env.host) && !env.tlsCert && !env.trustedProxy) wrong.push(`EDGE_HOST ${env.host} is beyond loopback, and nothing protects it: set EDGE_TLS_CERT and EDGE_TLS_KEY, or EDGE_TRUSTED_PROXY=<address of the proxy that ends TLS>.`);
  if (Boolean(env.tlsCert) !== Boolean(env.tlsKey)) wrong.push('EDGE_TLS_CERT and EDGE_TLS_KEY go together: set both.');
  if (env.serviceToken.length < shortestToken) wrong.push(`EDGE_SERVICE_TOKEN is shorter than ${shortestToken} characters. Example: EDGE_SERVICE_TOKEN=$(openssl rand -hex 32)`);
  if (wrong.length > 0) throw new SettingsError(wrong);
  return env;
}

/** Certificate and key as PEM; undefined for plain HTTP. @throws SettingsError when a file cannot be read */
export function tlsOf({ tlsCert, tlsKey, tlsCa }: RimEnv): { cert: string; key: string; ca?: string } | undefined {
  if (!tlsCert || !tlsKey) return undefined;
  return { cert: fileOf('EDGE_TLS_CERT', tlsCert), key: fileOf('EDGE_TLS_KEY', tlsKey), ...(tlsCa ? { ca: fileOf('EDGE_TLS_CA', tlsCa) } : {}) };
}

/** How Kafka is reached, from the settings. @throws SettingsError for settings that do not go together */
export function kafkaAccess(env: KafkaEnv) {
  const { kafkaBrokers, saslMechanism, saslUsername, saslPassword, kafkaCa, kafkaCert, kafkaKey } = env;
  const sasl = [saslMechanism, saslUsername, saslPassword].filter(Boolean).length;
  if (sasl !== 0 && sasl !== 3) throw new SettingsError(['EDGE_KAFKA_SASL_MECHANISM, EDGE_KAFKA_SASL_USERNAME and EDGE_KAFKA_SASL_PASSWORD go together: set all three.']);
  if (Boolean(kafkaCert) !== Boolean(kafkaKey)) throw new SettingsError(['EDGE_KAFKA_TLS_CERT and EDGE_KAFKA_TLS_KEY go together: set both.']);
  const tls = { ...(kafkaCa ? { ca: fileOf('EDGE_KAFKA_TLS_CA', kafkaCa) } : {}), ...(kafkaCert && kafkaKey ? { cert: fileOf('EDGE_KAFKA_TLS_CERT', kafkaCert), key: fileOf('EDGE_KAFKA_TLS_KEY', kafkaKey) } : {}) };
  return {
    brokers: kafkaBrokers,
    ...(saslMechanism && saslUsername && saslPassword ? { sasl: { mechanism: saslMechanism, username: saslUsername, password: saslPassword } } : {}),
    ...(kafkaCa || kafkaCert ? { tls } : {}),
  };
}

export function fileOf(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError([`${name} names ${path}, which cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`]);
  }
}
