import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { EngineFolder } from '../engine-folder.js';
import { EngineProcess } from '../engine-process.js';
import { freePorts } from '../free-ports.js';
import { runProgram } from '../run-program.js';
import { sourceFolder } from '../source-folder.js';
import { brokerProperties, dataOf, propertiesFile, type BrokerPlace, type Properties } from './broker-properties.js';
import { fetchKafka, type KafkaProgram } from './fetch-kafka.js';
import { KafkaCluster } from './kafka-cluster.js';
import { kafkaSecurity, type KafkaSecurity, type KafkaUser } from './kafka-security.js';

export interface KafkaOptions {
  /** 1 (default) or 3; with 3, topics get three replicas and `min.insync.replicas` 2. */
  brokers?: 1 | 3;
  version?: string;
  /** TLS, SCRAM logins of these users and access by ACL. */
  secure?: { users: KafkaUser[] };
  /** Further lines of `server.properties`. */
  properties?: Properties;
}

/** Real brokers (KRaft, each also a controller) on loopback, on data of their own. Ready when it resolves: 3 s for one, 7 s for three. */
export async function startKafka({ brokers = 1, version, secure, properties = {} }: KafkaOptions = {}): Promise<KafkaCluster> {
  const program = await fetchKafka(version);
  const folder = await EngineFolder.create('kafka');
  try {
    const places = await placeBrokers(brokers, folder.path);
    const security = secure && (await kafkaSecurity({ javaHome: program.javaHome, folder: folder.path, users: secure.users }));
    const layout = { program, places, security, properties };
    await formatBrokers(layout);
    const cluster = new KafkaCluster({ folder, security, brokers: await Promise.all(places.map((place) => plan(place, folder, layout))) });
    await cluster.start();
    return cluster;
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

interface Layout { program: KafkaProgram; places: BrokerPlace[]; security: KafkaSecurity | undefined; properties: Properties }

async function placeBrokers(count: number, path: string): Promise<BrokerPlace[]> {
  const ports = await freePorts(count * 2);
  return Array.from({ length: count }, (_, n) => ({ id: n + 1, port: ports[2 * n] as number, controllerPort: ports[2 * n + 1] as number, folder: join(path, `broker-${n + 1}`) }));
}

async function formatBrokers({ program, places, security, properties }: Layout): Promise<void> {
  const id = randomId();
  const scram = (security?.users ?? []).flatMap(({ name, password }) => ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=${name},password=${password}]`]));
  await Promise.all(places.map(async (place) => {
    await mkdir(place.folder);
    await writeFile(configurationOf(place), propertiesFile({ ...brokerProperties(place, places, security?.properties), ...properties }));
  }));
  const [first, ...others] = places as [BrokerPlace, ...BrokerPlace[]];
  await runProgram(program.java, [...(await javaArguments('128m', program)), 'kafka.tools.StorageTool', 'format', '-t', id, '-c', configurationOf(first), ...scram]);
  await Promise.all(others.map((place) => copyFormat(first, place)));
}

/** What the tool made for one broker, for another of the same cluster: only their own ids differ, and the tool takes seconds. */
async function copyFormat(from: BrokerPlace, to: BrokerPlace): Promise<void> {
  await cp(dataOf(from), dataOf(to), { recursive: true });
  const file = join(dataOf(to), 'meta.properties');
  const made = await readFile(file, 'utf8');
  await writeFile(file, made.replace(/^node\.id=.*$/m, `node.id=${to.id}`).replace(/^directory\.id=.*$/m, `directory.id=${randomId()}`));
}

async function plan(place: BrokerPlace, folder: EngineFolder, { program }: Layout) {
  const logFile = join(place.folder, 'broker.log');
  const process = new EngineProcess({
    name: `Kafka broker ${place.id}`, program: program.java, folder, logFile,
    args: [...(await javaArguments('384m', program)), 'kafka.Kafka', configurationOf(place)],
    ready: (printed) => printed.includes('Kafka Server started') || undefined,
  });
  return { ...place, logFile, process };
}

const configurationOf = (place: BrokerPlace) => join(place.folder, 'server.properties');

async function javaArguments(heap: string, { classPath }: KafkaProgram): Promise<string[]> {
  return [`-Xmx${heap}`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', `-Dlog4j2.configurationFile=${await sourceFolder('kafka/log4j2.xml')}`, '-cp', classPath];
}

/** 16 random bytes, never beginning with "-", which the format tool would read as an option. */
function randomId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? randomId() : id;
}
