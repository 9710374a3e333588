// Everything that is checked without running: layers, types, oxlint, lock file. Prints all findings, exits 1 on any.
import { spawnSync } from 'node:child_process';
import { node24, root } from './node-24.mjs';

const checks = [
  ['layers', node24(), ['tools/src/layers/check-layers.mjs']],
  ['lock file', node24(), ['tools/src/check-lock.mjs']],
  ['types', node24(), ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.json']],
  ['types of the console', node24(), ['node_modules/typescript7/bin/tsc', '-p', 'apps/console/tsconfig.json']],
  ['oxlint', `${root}node_modules/.bin/oxlint`, ['-c', '.oxlintrc.json', 'apps', 'libs', 'e2e', 'bench', 'tools']],
];
let failed = 0;
for (const [name, program, args] of checks) {
  const run = spawnSync(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` } });
  if (run.status !== 0) failed += 1;
  console.log(`${name}: ${run.status === 0 ? 'ok' : 'FAILED'}`);
}
process.exit(failed === 0 ? 0 : 1);
