/** The settings of Edge's programs that a deployment may name, each also as `<NAME>_FILE` where it is a secret. */
const settings = [
  'EDGE_HOST', 'EDGE_PORT', 'EDGE_DATA', 'EDGE_LOG_LEVEL', 'EDGE_SSH_CONFIG', 'EDGE_SCRIPTS', 'EDGE_KAFKA_BROKERS', 'EDGE_KAFKA_SASL_MECHANISM', 'EDGE_KAFKA_SASL_USERNAME',
  'EDGE_KAFKA_TLS_CA', 'EDGE_KAFKA_TLS_CERT', 'EDGE_KAFKA_TLS_KEY', 'EDGE_ACL_URL', 'EDGE_CONFIG_URL', 'EDGE_EXECUTOR_URL', 'EDGE_KEYS', 'EDGE_TLS_CERT', 'EDGE_TLS_KEY', 'EDGE_TLS_CA', 'EDGE_TRUSTED_PROXY',
  'EDGE_RETENTION', 'EDGE_URL',
];

/** Those whose value nobody may read in a file of this repository. Addresses of stores carry a password. */
export const secretSettings = ['EDGE_SSH_PASSWORD', 'FABRIC_USER_PASSWORD', 'EDGE_KAFKA_SASL_PASSWORD', 'EDGE_MONGO_URL', 'EDGE_ELASTICSEARCH_URL', 'EDGE_SERVICE_TOKEN', 'EDGE_ADMIN_TOKEN', 'EDGE_TOKEN'];

const known = new Set([...settings, ...secretSettings, ...secretSettings.map((name) => `${name}_FILE`)]);

/** Only names of ours are judged; a container may need others (`NODE_EXTRA_CA_CERTS`). */
export function isUnknownSetting(name: string): boolean {
  return name.startsWith('EDGE_') && !known.has(name);
}

/** The six services and the port of each (interfaces: 8080, then 8081–8085). */
export const servicePorts: Record<string, number> = { gateway: 8080, config: 8081, acl: 8082, orchestrator: 8083, executor: 8084, 'log-shipper': 8085 };
