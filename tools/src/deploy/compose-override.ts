/** Where everything of a trial listens: one loopback address, so ports tell them apart. */
export interface Trial {
  /** Service → port, also for `ssh web-01`, `shop web-01` and `artifacts`. */
  port(name: string): number;
  engines: { kafka: string; mongo: string; elasticsearch: string };
  hosts: string[];
}

const services: Record<string, { asks: string[]; kafka?: true; mongo?: true; elasticsearch?: true }> = {
  gateway: { asks: ['acl', 'config'], kafka: true, mongo: true, elasticsearch: true },
  config: { asks: ['acl', 'config'], kafka: true, mongo: true },
  acl: { asks: [], mongo: true },
  orchestrator: { asks: ['acl', 'config'], kafka: true, mongo: true },
  executor: { asks: ['acl', 'config'], kafka: true },
  'log-shipper': { asks: ['acl'], kafka: true, mongo: true, elasticsearch: true },
};
export const edgeServices = Object.keys(services);
const engineNames = ['kafka', 'mongo', 'elasticsearch'];

/**
 * What a trial changes of docker-compose.yml, as a second compose file: the engines are taken out (they run already, without users), everything shares the
 * machine's loopback, and ports are free ones. All else (image, commands, settings, confinement, order, health checks, volumes) stays as it is written.
 */
export function composeOverride(trial: Trial): string {
  const lines = [
    'services:',
    ...engineNames.map((name) => `  ${name}: !reset null`),
    ...edgeServices.flatMap((name) => serviceLines(name, trial)),
    ...onHost('demo', [`EDGE_URL: https://gateway:${trial.port('gateway')}`]),
    '  certificates:', '    environment:', `      DEMO_HOSTS: ${hostsOf(trial)}`, `      DEMO_ARTIFACTS: http://127.0.0.1:${trial.port('artifacts')}`,
    ...trial.hosts.flatMap((name) => hostLines(name, trial)),
    ...onHost('artifacts', []), `    command: ["busybox", "httpd", "-f", "-p", "127.0.0.1:${trial.port('artifacts')}", "-h", "/fleet/artifacts"]`,
    `    healthcheck: { test: ["CMD", "curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:${trial.port('artifacts')}/shop-1.tar.gz.sha256"] }`,
    'networks: !reset null',
    `volumes: { ${engineNames.concat('mongo-keys').map((name) => `${name}: !reset null`).join(', ')} }`,
  ];
  return `${lines.join('\n')}\n`;
}

function serviceLines(name: string, trial: Trial): string[] {
  const { asks, kafka, mongo, elasticsearch } = services[name]!;
  const environment = [
    'EDGE_HOST: 127.0.0.1', `EDGE_PORT: "${trial.port(name)}"`, ...asks.map((other) => `EDGE_${other.toUpperCase()}_URL: https://${other}:${trial.port(other)}`),
    ...(kafka ? [`EDGE_KAFKA_BROKERS: ${trial.engines.kafka}`, ...['MECHANISM', 'USERNAME', 'PASSWORD'].map((part) => `EDGE_KAFKA_SASL_${part}: !reset null`)] : []),
    ...(mongo ? [`EDGE_MONGO_URL: "${trial.engines.mongo}"`] : []),
    ...(elasticsearch ? [`EDGE_ELASTICSEARCH_URL: ${trial.engines.elasticsearch}`] : []),
  ];
  const away = [...(kafka ? ['kafka'] : []), ...(mongo ? ['mongo'] : []), ...(elasticsearch ? ['elasticsearch'] : [])];
  return [...onHost(name, environment), `    depends_on: { ${away.map((engine) => `${engine}: !reset null`).join(', ')} }`, ...(name === 'gateway' ? ['    ports: !reset null'] : [])];
}

function hostLines(name: string, trial: Trial): string[] {
  const port = trial.port(`ssh ${name}`);
  const test = `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port} && head -c 4 <&3 | grep -q SSH-'`;
  return [...onHost(name, ['SSH_LISTEN: 127.0.0.1', `SSH_PORT: "${port}"`]), `    healthcheck: { test: ["CMD-SHELL", ${JSON.stringify(test)}] }`];
}

function onHost(name: string, environment: string[]): string[] {
  const names = edgeServices.map((service) => `"${service}:127.0.0.1"`).join(', ');
  return [`  ${name}:`, '    network_mode: host', '    networks: !reset null', `    extra_hosts: [${names}]`, ...(environment.length > 0 ? ['    environment:', ...environment.map((line) => `      ${line}`)] : [])];
}

function hostsOf(trial: Trial): string {
  return trial.hosts.map((name) => `${name}=127.0.0.1:${trial.port(`ssh ${name}`)}:${trial.port(`shop ${name}`)}`).join(' ');
}
