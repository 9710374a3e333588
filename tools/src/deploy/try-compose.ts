import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, startElasticsearch, startKafka, startMongo } from '@edge/testing/engines';
import { composeOverride, edgeServices, type Trial } from './compose-override.js';
import { composeProgram } from './compose-program.js';
import { keepHealth } from './keep-health.js';
import type { Check, Podman } from './podman.js';

const execute = promisify(execFile);
const hosts = ['web-01', 'web-02', 'web-03', 'web-04'];
const cli = ['node', 'apps/cli/dist/main.js'];

/**
 * Brings the Edge half of docker-compose.yml up with docker compose over podman, its engines real ones of this machine, and deploys through it to the file's own
 * demo hosts. The images are those that `podman` built before.
 */
export async function tryCompose(podman: Podman, root: string): Promise<Check[]> {
  const program = await composeProgram();
  const engines = await Promise.all([startKafka(), startMongo(), startElasticsearch()]);
  const folder = await mkdtemp(join(tmpdir(), 'edge-compose-'));
  const service = await podman.serve(join(folder, 'podman.sock'));
  const trial = await trialOf(engines.map(({ address }) => address) as [string, string, string]);
  const compose = await composeIn({ program, root, folder, trial });
  const stopHealth = keepHealth(podman);
  try {
    for (const image of ['edge', 'edge-demo-host']) await podman.run('tag', `localhost/${image}`, `docker.io/library/${image}:local`);
    return await checks({ compose, podman, trial });
  } finally {
    await stopHealth();
    await compose('down', '--volumes', '--timeout', '40').catch((error: Error) => console.error(error.message));
    await service.end();
    await Promise.all(engines.map((engine) => engine.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

type Compose = (...args: string[]) => Promise<string>;

async function checks({ compose, podman, trial }: { compose: Compose; podman: Podman; trial: Trial }): Promise<Check[]> {
  const since = performance.now();
  const up = await compose('up', '--detach', '--no-build', '--pull', 'never', '--wait', '--wait-timeout', '240', ...edgeServices, ...hosts, 'artifacts').then(() => '', (error: Error) => error.message);
  const states = await statesOf(compose);
  const well = edgeServices.filter((name) => states[name] === 'healthy');
  const all: Check[] = [{ check: 'compose brings the six services up, each healthy', ok: up === '' && well.length === 6, saw: up || `${well.length} healthy after ${Math.round((performance.now() - since) / 1000)} s` }];
  if (up !== '') return [...all, { check: 'what their checks said', ok: false, saw: await unwell(podman, states) }, { check: 'what they printed', ok: false, saw: await compose('logs', '--tail', '8').catch(String) }];
  const applied = await run(compose);
  all.push({ check: 'the demo is applied through the gateway', ok: !/rror/.test(applied), saw: applied.split('\n').at(-1) ?? '' });
  for (const build of [1, 2]) {
    const said = await run(compose, ...cli, 'deploy', 'demo/shop', '--version', `shop-${build}.tar.gz`, '--follow', '--timeout', '3m');
    const shops = await Promise.all(hosts.map((host) => fetch(`http://127.0.0.1:${trial.port(`shop ${host}`)}/`).then((answer) => answer.text(), String)));
    const expected = hosts.map((host) => `{"version": "shop-${build}", "host": "${host}"}\n`);
    all.push({ check: `deploy ${build} of 2 runs through the six services to four hosts`, ok: shops.join('') === expected.join(''), saw: `${said.split('\n').at(-1)}; ${shops.join(' ').replaceAll('\n', '')}` });
  }
  const rights = await compose('exec', '-T', 'executor', 'sh', '-c', 'id -u; grep -E "^(CapEff|NoNewPrivs)" /proc/1/status | tr -s "\\t\\n" " "; touch /edge/x 2>&1 | tail -c 22');
  all.push({ check: 'a service is confined as the file says', ok: /^10001\s/.test(rights) && /CapEff: 0+ NoNewPrivs: 1/.test(rights) && /Read-only/.test(rights), saw: rights.replaceAll('\n', ' ') });
  return [...all, await drained(compose)];
}

async function unwell(podman: Podman, states: Record<string, string>): Promise<string> {
  const names = edgeServices.filter((name) => states[name] !== 'healthy');
  const said = await Promise.all(names.map((name) => podman.run('inspect', '--format', `${name}: {{json .State.Health}}`, `edge-${name}-1`).catch(String)));
  return said.map((text) => text.slice(0, 1500)).join('\n');
}

async function drained(compose: Compose): Promise<Check> {
  const since = performance.now();
  await compose('stop', '--timeout', '40', ...edgeServices);
  const seconds = Math.round((performance.now() - since) / 1000);
  const codes = Object.fromEntries((await containersOf(compose)).filter(({ Service }) => edgeServices.includes(Service)).map(({ Service, ExitCode }) => [Service, ExitCode]));
  return { check: 'compose stops them, each drained', ok: edgeServices.every((name) => codes[name] === 0) && seconds < 40, saw: `exit codes ${JSON.stringify(codes)} after ${seconds} s` };
}

/** Runs a command in the file's own container for the CLI; without one, what the file says: apply. */
const run = (compose: Compose, ...command: string[]): Promise<string> => compose('run', '--rm', '-T', '--no-deps', 'demo', ...command).then((text) => text.trim(), (error: Error) => `error: ${error.message}`);

interface Container { Service: string; State: string; Health: string; ExitCode: number }

async function containersOf(compose: Compose): Promise<Container[]> {
  const text = await compose('ps', '--all', '--format', 'json');
  return text.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line) as Container);
}

async function statesOf(compose: Compose): Promise<Record<string, string>> {
  return Object.fromEntries((await containersOf(compose)).map(({ Service, State, Health }) => [Service, Health || State]));
}

async function trialOf([kafka, mongo, elasticsearch]: [string, string, string]): Promise<Trial> {
  const names = [...edgeServices, 'artifacts', ...hosts.flatMap((host) => [`ssh ${host}`, `shop ${host}`])];
  const ports = await freePorts(names.length);
  return { port: (name) => ports[names.indexOf(name)] ?? 0, engines: { kafka, mongo, elasticsearch }, hosts };
}

async function composeIn({ program, root, folder, trial }: { program: string[]; root: string; folder: string; trial: Trial }): Promise<Compose> {
  const secrets = ['EDGE_ADMIN_TOKEN', 'EDGE_SERVICE_TOKEN', 'EDGE_KAFKA_SASL_PASSWORD', 'MONGO_PASSWORD', 'ELASTIC_PASSWORD'].map((name) => `${name}=${randomBytes(24).toString('hex')}`);
  await writeFile(join(folder, '.env'), `${secrets.join('\n')}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'trial.yml'), composeOverride(trial));
  const [command = '', ...first] = program;
  const given = [...first, '--project-directory', root, '--env-file', join(folder, '.env'), '--file', join(root, 'docker-compose.yml'), '--file', join(folder, 'trial.yml')];
  return async (...args) => {
    try {
      return (await execute(command, [...given, ...args], { timeout: 600_000, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, DOCKER_HOST: `unix://${join(folder, 'podman.sock')}` } })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
      throw new Error(`compose ${args[0]}: ${(`${stdout}${stderr}`.trim() || message).split('\n').slice(-12).join('\n')}`, { cause: error });
    }
  };
}
