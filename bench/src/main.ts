import { benchCluster } from './cluster/main.js';
import { benchPolicy } from './policy/main.js';
import { benchRollout } from './rollout/main.js';
import { benchRuntime } from './runtime/main.js';
import { benchSsh } from './ssh/main.js';
import { benchStart } from './start/main.js';
import { benchStore } from './store/main.js';

/** `npm run bench -- <name>` */
const benches: Record<string, (words: string[]) => Promise<void>> = {
  cluster: benchCluster,
  policy: benchPolicy,
  rollout: benchRollout,
  runtime: benchRuntime,
  ssh: benchSsh,
  start: benchStart,
  store: benchStore,
};

const [name = '', ...words] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`Name a benchmark: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
const awake = setInterval(() => undefined, 1_000); // the threads of stores and scripts alone do not keep a program alive
await bench(words).finally(() => clearInterval(awake));
