// npm run prove: deploys to the demo fleet while killing Edge again and again, then shows by two control runs that this proof can fail.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutant, type Patch, withoutDedupe, withoutFence } from './mutant.js';
import { killedFor, type Outcome, run, zombie } from './run.js';

const seed = Number(process.argv[2] ?? Date.now() % 1_000_000);
let failed = false;

console.log(`Proof (seed ${seed}): Edge is killed again and again while it works on twelve hosts.`);
const proof = await run({ seed, weather: killedFor(20_000, seed) });
report('acknowledged = ended', proof, ['acknowledged = ended', 'one action per key', 'journal contiguous', 'nothing after the end'], `${proof.actions} actions, ${proof.kills} kills`);
report('executions per command = 1', proof, ['executions per command = 1'], `${proof.commands} commands on hosts`);
report('output equal, byte for byte', proof, ['output equal'], 'standard output and error of every command');

await control('the journal without its fence', withoutFence, (program) => run({ seed, weather: zombie, program, patienceMs: 4_000 }));
await control("the hosts without their dedupe", withoutDedupe, (program) => run({ seed, weather: killedFor(8_000, seed), program, patienceMs: 15_000 }));
console.log(failed ? 'NOT PROVEN' : 'Proven, and the proof can fail.');
process.exit(failed ? 1 : 0);

function report(claim: string, outcome: Outcome, rules: string[], over: string): void {
  const found = outcome.violations.filter((violation) => rules.includes(violation.rule));
  console.log(`  ${found.length === 0 ? 'holds ' : 'BROKEN'}  ${claim} (${over})`);
  for (const violation of found.slice(0, 5)) console.log(`          ${violation.action}: ${violation.detail}`);
  failed ||= found.length > 0;
}

/** The same checker over a build that lacks one safety: it must find something. */
async function control(name: string, patches: Patch[], attempt: (program: string) => Promise<Outcome>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-control-'));
  const { violations } = await attempt(await mutant(folder, patches));
  await rm(folder, { recursive: true, force: true });
  const rules = [...new Set(violations.map((violation) => violation.rule))].join(', ');
  console.log(`  ${violations.length > 0 ? 'red   ' : 'GREEN?'}  control run, ${name}: ${violations.length} violations${rules ? ` (${rules})` : ': the proof proves nothing'}`);
  failed ||= violations.length === 0;
}
