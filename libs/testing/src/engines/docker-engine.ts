import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from './free-ports.js';
import { makePrimary } from './mongo/make-primary.js';
import { runProgram } from './run-program.js';
import { Unavailable } from './unavailable.js';

interface Plan { image: string; options(port: number): string[]; command(port: number): string[]; address(port: number): string; ready(port: number): Promise<boolean> }
const settings = (values: Record<string, string | number>): string[] => Object.entries(values).flatMap(([name, value]) => ['--env', `${name}=${value}`]);

/** Engines as containers, at the versions of docker-compose.yml; the others are programs of Debian. */
const plans = {
  kafka: {
    image: 'apache/kafka:4.4.0',
    options: (port) => settings({
      KAFKA_NODE_ID: 1, KAFKA_PROCESS_ROLES: 'broker,controller', KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093', KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://localhost:9093`, KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`, KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false', KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1, KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: 0,
    }),
    command: () => [],
    address: (port) => `127.0.0.1:${port}`,
    ready: kafkaAnswers,
  },
  mongo: {
    image: 'mongo:8.0',
    options: () => [],
    command: (port) => ['mongod', '--replSet', 'edge', '--port', String(port), '--bind_ip_all'],
    address: (port) => `mongodb://127.0.0.1:${port}/edge?replicaSet=edge`,
    ready: async (port) => (await makePrimary(port, 'replica-set')) === true,
  },
  elasticsearch: {
    image: 'elasticsearch:9.5.3',
    options: (port) => settings({ 'discovery.type': 'single-node', 'xpack.security.enabled': 'false', 'http.port': port, ES_JAVA_OPTS: '-Xms512m -Xmx512m' }),
    command: () => [],
    address: (port) => `http://127.0.0.1:${port}`,
    ready: (port) => fetch(`http://127.0.0.1:${port}/`).then(({ ok }) => ok, () => false),
  },
} satisfies Record<string, Plan>;

export type DockerEngineName = keyof typeof plans;

const [engineMs, startMs] = [3_000, 120_000];
const known = new Map<string, Promise<boolean>>();

export const isDockerEngine = (name: string): name is DockerEngineName => name in plans;

/** Whether this engine can be had as a container: there is a Docker engine, and it has the image or can fetch it. Asked once. */
export function dockerHas(name: DockerEngineName): Promise<boolean> {
  const asked = known.get(name) ?? ask(plans[name].image);
  known.set(name, asked);
  return asked;
}

async function ask(image: string): Promise<boolean> {
  const says = (args: string[], within: number) => runProgram('docker', args, { within }).then(() => true, () => false);
  if (!(await says(['version', '--format', '{{.Server.Version}}'], engineMs))) return false;
  return (await says(['image', 'inspect', image], engineMs)) || says(['pull', '--quiet', image], 600_000);
}

/** Starts it on a free port of loopback. A watcher removes the container when this process ends, however it ends. */
export async function startInDocker(name: DockerEngineName): Promise<{ address: string; stop(): Promise<void> }> {
  const { image, options, command, address, ready } = plans[name];
  const [port, container] = [await freePort(), `edge-test-${name}-${randomBytes(4).toString('hex')}`];
  const watcher = spawn('sh', ['-c', `trap '' INT TERM HUP; cat >/dev/null; docker rm --force --volumes "$1" >/dev/null 2>&1`, 'edge-docker-watcher', container], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: { ...process.env } });
  const removed = new Promise<void>((resolve) => watcher.once('close', () => resolve()));
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  const stop = () => { watcher.ref(); watcher.stdin.end(); return removed; };
  try {
    await runProgram('docker', ['run', '--detach', '--name', container, '--publish', `127.0.0.1:${port}:${port}`, ...options(port), image, ...command(port)]);
    for (const until = Date.now() + startMs; !(await ready(port).catch(() => false)); await pause(200)) if (Date.now() > until) throw new Unavailable(`${image} was not ready within ${startMs} ms`);
    return { address: address(port), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function kafkaAnswers(port: number): Promise<boolean> {
  const admin = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } finally {
    await admin.disconnect();
  }
}
