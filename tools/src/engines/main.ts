// Real engines on loopback, for tests and for people without Docker.
//   start ENGINE… [--brokers 1|3] [--standalone]   starts them, prints `export NAME=address` lines and "ready", runs until Ctrl-C
//   require                                        prepares what required.json lists; exits 1 with what is missing
//   list                                           says what can be had here, and why not
import { parseArgs } from 'node:util';
import { engineNames, probeProgram, type EngineName } from '@edge/testing/engines';
import { requireEngines } from './require-engines.js';
import { startEngine, type Started } from './start-engine.js';

const usage = `usage: engines start ${engineNames.join('|')}… [--brokers 1|3] [--standalone] | require | list`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { brokers: { type: 'string', default: '1' }, standalone: { type: 'boolean', default: false } } });
const [command, ...names] = positionals;

if (command === 'start' && names.length > 0 && names.every(isEngine)) await run(names);
else if (command === 'require') await prepareRequired();
else if (command === 'list') await list();
else { console.error(usage); process.exitCode = 2; }

function isEngine(name: string): name is EngineName {
  return (engineNames as readonly string[]).includes(name);
}

async function run(engines: EngineName[]): Promise<void> {
  const options = { brokers: values.brokers === '3' ? 3 : 1, standalone: values.standalone } as const;
  const started = await Promise.all(engines.map((name) => startEngine[name](options)));
  for (const { environment } of started) for (const [name, value] of Object.entries(environment)) console.log(`export ${name}='${value}'`);
  console.log('ready');
  const watch = setInterval(() => stopWithThem(started), 1000);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { clearInterval(watch); void stopAll(started); });
}

/** An engine that ended by itself ends the program: whoever waits for it must see it. */
function stopWithThem(started: Started[]): void {
  const dead = started.find((engine) => engine.pid() === undefined);
  if (!dead) return;
  console.error(`The engine at ${dead.address} ended.`);
  process.exit(1);
}

async function stopAll(started: Started[]): Promise<void> {
  await Promise.all(started.map((engine) => engine.stop()));
  process.exit(0);
}

async function prepareRequired(): Promise<void> {
  const missing = await requireEngines((line) => console.log(line));
  for (const sentence of missing) console.error(`missing: ${sentence}`);
  process.exitCode = missing.length > 0 ? 1 : 0;
}

async function list(): Promise<void> {
  for (const name of engineNames) {
    const probe = await probeProgram(name);
    console.log(probe.available ? `${name}: ready` : `unavailable: ${probe.reason}`);
  }
}
