// Runs a TypeScript program of this repository: bundles it into .cache and starts it on Node 24 with the remaining arguments.
import { spawn } from 'node:child_process';
import { bundle } from './bundle.mjs';
import { node24, root } from './node-24.mjs';

const [input, ...args] = process.argv.slice(2);
const name = input.replace(/[^a-z0-9]+/gi, '-').replace(/-ts$/, '');
const dir = `${root}.cache/programs`;
await bundle({ input: `${root}${input}`, dir, name, external: [/^(rolldown|playwright-core|esbuild)$/] });

const flags = ['--enable-source-maps', '--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const child = spawn(node24(), [...flags, `${dir}/${name}.js`, ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('close', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
