import { join } from 'node:path';

export interface BrokerPlace { id: number; port: number; controllerPort: number; folder: string }

/** Where a broker keeps its logs and what it knows of the cluster. */
export const dataOf = ({ folder }: BrokerPlace): string => join(folder, 'data');

export type Properties = Record<string, string | number | boolean>;

/** `server.properties` of one broker that is also a controller. `security` replaces the plain listener. */
export function brokerProperties(own: BrokerPlace, all: BrokerPlace[], security: Properties = {}): Properties {
  const listener = security['inter.broker.listener.name'] ?? 'PLAINTEXT';
  return {
    'process.roles': 'broker,controller',
    'node.id': own.id,
    'controller.quorum.voters': all.map((broker) => `${broker.id}@127.0.0.1:${broker.controllerPort}`).join(','),
    'listeners': `${listener}://127.0.0.1:${own.port},CONTROLLER://127.0.0.1:${own.controllerPort}`,
    'advertised.listeners': `${listener}://127.0.0.1:${own.port}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': listener,
    'log.dirs': dataOf(own),
    'auto.create.topics.enable': false,
    ...replication(all.length),
    ...quickFailover,
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024, // the default takes 128 MB of heap at the start
    ...security,
  };
}

function replication(brokers: number): Properties {
  const factor = Math.min(3, brokers);
  const inSync = brokers > 1 ? 2 : 1;
  return {
    'num.partitions': 3,
    'default.replication.factor': factor,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': factor,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': factor,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 5,
  };
}

/** The default of 9 s is how long a killed broker stays leader and how long its restart is refused. */
const quickFailover: Properties = {
  'broker.session.timeout.ms': 3000,
  'broker.heartbeat.interval.ms': 500,
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1000,
};

export function propertiesFile(properties: Properties): string {
  return Object.entries(properties).map(([name, value]) => `${name}=${value}\n`).join('');
}
