// The one test runner: every project in one Jest run, no cache of results. Arguments go to Jest (paths, -t …).
// Closes with "N passed, N failed, N skipped".
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apps, build } from './build.mjs';
import { node24, root } from './node-24.mjs';

// Tests of the whole system run the built programs.
const asked = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
if (asked.length === 0 || asked.some((path) => path.startsWith('e2e'))) build(apps);

const folder = mkdtempSync(join(tmpdir(), 'edge-test-'));
const report = join(folder, 'report.json');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const args = [`${root}node_modules/jest/bin/jest.js`, '--json', `--outputFile=${report}`, '--maxWorkers=2', ...process.argv.slice(2)];
const jest = spawn(node24(), [...flags, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' } });

jest.on('close', (code) => {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true });
  const skipped = result.testResults.flatMap((suite) => suite.assertionResults).filter((test) => test.status === 'pending');
  for (const test of skipped) console.log(`skipped: ${test.fullName}`);
  const broken = result.numRuntimeErrorTestSuites;
  console.log(`${result.numPassedTests} passed, ${result.numFailedTests + broken} failed, ${skipped.length} skipped`);
  process.exit(code ?? 1);
});
