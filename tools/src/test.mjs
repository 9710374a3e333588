// The one test runner: every project in one Jest run, no cache of results. Arguments go to Jest (paths, -t …).
// Suites that failed beside others are run once more alone: what then passes is named, what fails has failed.
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

const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
/** One more than there are processors: most long suites wait as much as they compute. */
const workers = 3;
/** More than a few failing suites are no accident of a busy machine. */
const mostAgain = 3;

const suites = new Map((await jest([`--maxWorkers=${workers}`, `--testSequencer=${root}tools/src/longest-first.mjs`, ...process.argv.slice(2)])).map((suite) => [suite.name, suite]));
const again = [...suites.values()].filter((suite) => suite.status === 'failed').map((suite) => suite.name);
if (asked.length === 0 && again.length > 0 && again.length <= mostAgain) {
  for (const suite of await jest(['--runInBand', '--forceExit', '--runTestsByPath', ...again])) {
    suites.set(suite.name, suite);
    if (suite.status === 'passed') console.log(`failed beside others, passed alone: ${suite.name.replace(root, '')}`);
  }
}

const tests = [...suites.values()].flatMap((suite) => suite.assertionResults);
const count = (status) => tests.filter((test) => test.status === status).length;
for (const test of tests) if (test.status === 'pending') console.log(`skipped: ${test.fullName}`);
const broken = [...suites.values()].filter((suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed')).length;
const failed = count('failed') + broken;
console.log(`${count('passed')} passed, ${failed} failed, ${count('pending')} skipped`);
process.exit(failed > 0 || suites.size === 0 ? 1 : 0);

/** One Jest run; its suites as its own report has them. */
async function jest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'edge-test-'));
  const report = join(folder, 'report.json');
  const child = spawn(node24(), [...flags, `${root}node_modules/jest/bin/jest.js`, '--json', `--outputFile=${report}`, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' } });
  await new Promise((closed) => child.on('close', closed));
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true });
  return testResults;
}
