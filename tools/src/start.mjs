// `npm start`: builds what is missing and starts `edge up --demo`; ends the demo's fleet with it.
import { spawn } from 'node:child_process';
import { build } from './build.mjs';
import { node24, root } from './node-24.mjs';

build(['cli', 'edge', 'console']);
const child = spawn(node24(), [`${root}apps/cli/dist/main.js`, 'up', '--demo', ...process.argv.slice(2)], { stdio: 'inherit', cwd: root });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('close', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
