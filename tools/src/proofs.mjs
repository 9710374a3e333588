// `npm run proofs`: every proof in full, one after the other, with what each said last; exit 1 when one of them failed.
// `-- --only simulate,chaos`: those only. `-- --kills 20 --seeds 1000`: smaller counts. `-- --list`: their names.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { apps, build } from './build.mjs';
import { node24, root } from './node-24.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean', default: false }, seeds: { type: 'string', default: '10000' }, kills: { type: 'string', default: '200' }, inputs: { type: 'string', default: '1000000' } } });

const program = (file, ...args) => ['tools/src/run-bundled.mjs', file, ...args];
const spec = (file) => ['tools/src/test.mjs', '--testTimeout=1800000', file];
/** `env`: how a spec is told to do more than it does among the others. */
const proofs = [
  { name: 'simulate', about: `${values.seeds} simulated runs, every mutation`, args: program('e2e/src/simulate/main.ts', '--seeds', values.seeds) },
  { name: 'prove', about: 'kills for 20 s, and two control runs that must fail', args: program('e2e/src/prove/main.ts') },
  { name: 'chaos', about: `${values.kills} kills of one process`, args: program('e2e/src/chaos/main.ts', '--kills', values.kills) },
  { name: 'chaos-cluster', about: `${values.kills} kills of services, broker and stores`, args: program('e2e/src/chaos/main.ts', '--cluster', '--kills', values.kills) },
  { name: 'chaos-rollout', about: '20 staggered deploys behind HAProxy under traffic, each met by kills', args: program('e2e/src/chaos/main.ts', '--rollout', '--kills', '20') },
  { name: 'chaos-ssh', about: '500 kills of executors, sshd, supervisors and connections', args: program('e2e/src/chaos/main.ts', '--ssh', '--kills', '500') },
  { name: 'policy', about: `${values.inputs} random commands`, args: spec('libs/command-policy/src/fuzz.spec.ts'), env: { EDGE_TEST_INPUTS: values.inputs } },
  { name: 'routes', about: '200 random requests of every route, four at a time', args: spec('e2e/src/access/fuzz.spec.ts'), env: { EDGE_TEST_REQUESTS: '200', EDGE_TEST_CLIENTS: '4' } },
  { name: 'broker-kills', about: 'a Kafka cluster loses brokers under load', args: spec('libs/adapters/kafka/src/kafka-chaos.spec.ts'), env: { EDGE_TEST_KILLS: '20' } },
  { name: 'rolling-restart', about: 'every process of a cluster is restarted under running deploys', args: spec('e2e/src/cluster/rolling-restart.spec.ts'), env: { EDGE_TEST_ROLL: 'all' } },
  { name: 'index-outage', about: '100,000 lines of a cluster while Elasticsearch is away for a minute, then busy', args: spec('e2e/src/cluster/index-outage.spec.ts'), env: { EDGE_TEST_LINES: '100000', EDGE_TEST_OUTAGE: '60' } },
  { name: 'index-weather', about: '100,000 lines into an Elasticsearch that is killed, frozen, busy and read-only', args: spec('libs/adapters/elasticsearch/src/elastic-chaos.spec.ts'), env: { EDGE_TEST_LINES: '100000', EDGE_TEST_OUTAGE: '60' } },
  { name: 'rebalances', about: 'members of a Kafka group come and go', args: spec('libs/adapters/kafka/src/kafka-rebalances.spec.ts'), env: { EDGE_TEST_REBALANCES: '50' } },
];

if (values.list) {
  for (const { name, about } of proofs) console.log(`${name.padEnd(16)}${about}`);
  process.exit(0);
}
const only = values.only?.split(',');
const unknown = only?.find((name) => !proofs.some((proof) => proof.name === name));
if (unknown !== undefined) {
  console.error(`There is no proof "${unknown}". There are: ${proofs.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

let running;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => running?.kill(signal));
build(apps);
const results = [];
for (const proof of proofs.filter(({ name }) => !only || only.includes(name))) results.push(await run(proof));
console.log('');
for (const { name, ok, seconds, about, last } of results) console.log(`${ok ? 'holds ' : 'FAILED'}  ${name.padEnd(16)}${String(seconds).padStart(5)} s  ${about}\n        ${last}`);
const violated = results.filter(({ ok }) => !ok).map(({ name }) => name);
console.log(JSON.stringify({ proofs: Object.fromEntries(results.map(({ name, ok, seconds, last }) => [name, { ok, seconds, said: parsed(last) }])), violated }));
process.exit(violated.length > 0 ? 1 : 0);

/** Says what the proof says while it says it; keeps its last line. */
async function run({ name, about, args, env = {} }) {
  const began = Date.now();
  console.log(`\n${name}: ${about}`);
  const child = spawn(node24(), args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  running = child;
  let said = '';
  child.stdout.on('data', (bytes) => {
    process.stdout.write(bytes);
    said = (said + bytes.toString()).slice(-100_000);
  });
  const code = await new Promise((closed) => child.on('close', closed));
  return { name, about, ok: code === 0, seconds: Math.round((Date.now() - began) / 1000), last: said.trimEnd().split('\n').at(-1) ?? '' };
}

/** Programs end with one JSON object, suites with a sentence. */
function parsed(last) {
  try {
    return JSON.parse(last);
  } catch {
    return last;
  }
}
