import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { ActionSnapshot, HostResult, Json } from '@edge/contracts';
import type { RunCommandPayload } from '@edge/contracts/messages';
import { bundleScript } from '@edge/script-host';
import type { AnyScript } from '@edge/script';
import loadBalanced from '@edge/scripts/load-balanced';
import oneByOne from '@edge/scripts/one-by-one';
import run from '@edge/scripts/run';
import { SimulatedBalancer, snapshotOf } from '@edge/testing/script';
import { RuntimeStage } from '@edge/testing/world';
import type { Recorded } from './corpus.js';

// Records journals of the scripts that ship, as they are now. Run it when a release is made; what was recorded before stays.
// Usage: node tools/src/run-bundled.mjs e2e/src/simulate/corpus/record.ts <name of the release>

const root = process.cwd();
const folder = `${root}/e2e/src/simulate/corpus`;
const release = process.argv[2] ?? 'unreleased';
const kit = await readFile(execFileSync(process.execPath, [`${root}/tools/src/build-kit.mjs`], { encoding: 'utf8' }).trim(), 'utf8');
const kitSha = createHash('sha256').update(kit).digest('hex').slice(0, 16);
await writeFile(`${folder}/kits/${kitSha}.mjs.gz`, gzipSync(kit, { level: 9 }));

interface Case { name: string; about: string; script: AnyScript; file: string; type: string; snapshot: Omit<ActionSnapshot, 'script'>; answer?: (command: RunCommandPayload) => HostResult | undefined; balancer?: SimulatedBalancer; killEvery?: number; cancelAt?: number }

const own = { stop_command: '/opt/app/stop', start_command: '/opt/app/start', repo_dir: '/opt/repos', context_dir: '/opt/app', version: 'app-2.tar.gz' };
const inZone = (names: string[]) => Object.fromEntries(names.map((name) => [name, { zone: 'north', runs: 'app-1.tar.gz' }]));
const names = (count: number) => Array.from({ length: count }, (_, n) => `web-${n + 1}`);
const failing = (host: string, step: string) => (command: RunCommandPayload): HostResult => ({ outcome: 'exited', cause: 'exit', code: command.host.name === host && command.step === step ? 1 : 0 });
const simple = (config: object, count: number) => snapshotOf({ type: 'deploy', config: { ...config } as never, hosts: inZone(names(count)), version: 'app-2.tar.gz' });
const pooled = (config: object, count: number) => snapshotOf({ type: 'deploy', config: { ...own, ...config } as never, hosts: Object.fromEntries(names(count).map((name) => [name, { zone: 'north', pools: ['p'], runs: 'app-1.tar.gz' }])), pools: [{ zone: 'north', name: 'p', inpool_threshold: 50 }], loadBalancer: { name: 'main', type: 'haproxy' }, version: 'app-2.tar.gz' });
const balancer = (count: number) => new SimulatedBalancer({ 'north/p': { members: names(count) } }, { 'web-1': 2 });

const cases: Case[] = [
  { name: 'one-by-one-completed', about: 'Three hosts, no fault.', script: oneByOne, file: 'one-by-one.ts', type: 'deploy', snapshot: simple(own, 3) },
  { name: 'one-by-one-killed', about: 'The orchestrator dies after every seventh record.', script: oneByOne, file: 'one-by-one.ts', type: 'deploy', snapshot: simple(own, 3), killEvery: 7 },
  { name: 'one-by-one-failed', about: 'The second host fails its start; the third is not tried.', script: oneByOne, file: 'one-by-one.ts', type: 'deploy', snapshot: simple(own, 3), answer: failing('web-2', 'start') },
  { name: 'one-by-one-cancelled', about: 'Cancelled while the first host is stopped: it is started again.', script: oneByOne, file: 'one-by-one.ts', type: 'deploy', snapshot: simple(own, 3), cancelAt: 8 },
  { name: 'run-many', about: 'One free command on forty hosts.', script: run, file: 'run.ts', type: 'run', snapshot: snapshotOf({ type: 'run', config: { command: 'uptime', concurrency: 10 }, hosts: inZone(names(40)) }) },
  { name: 'load-balanced-completed', about: 'Stages and batches behind a pool; sessions run out while draining.', script: loadBalanced, file: 'load-balanced.ts', type: 'deploy', snapshot: pooled({ is_staggered: true }, 8), balancer: balancer(8) },
  { name: 'load-balanced-killed', about: 'The same, dying after every eleventh record.', script: loadBalanced, file: 'load-balanced.ts', type: 'deploy', snapshot: pooled({ is_staggered: true }, 8), balancer: balancer(8), killEvery: 11 },
  { name: 'load-balanced-failed', about: 'A host fails in the second stage.', script: loadBalanced, file: 'load-balanced.ts', type: 'deploy', snapshot: pooled({ is_staggered: true }, 8), balancer: balancer(8), answer: failing('web-3', 'start') },
  { name: 'load-balanced-cancelled', about: 'Cancelled in the midst of a batch: untouched hosts return.', script: loadBalanced, file: 'load-balanced.ts', type: 'deploy', snapshot: pooled({}, 8), balancer: balancer(8), cancelAt: 30 },
];

for (const one of cases) await record(one);
process.exit(0);

async function record(one: Case): Promise<void> {
  const text = await readFile(`${root}/libs/scripts/src/${one.file}`, 'utf8');
  const { kit: _, ...script } = bundleScript(kit, { file: one.file, text });
  const stage: RuntimeStage = new RuntimeStage({
    ...(one.answer ? { answer: one.answer } : {}),
    deps: { effects: { perform: async (_action, call): Promise<Json> => (call.service === 'load-balancer' ? (one.balancer!.answer(call.request as never) as unknown as Json) : { healthy: true, detail: 'ok' }) } },
  });
  const document = stage.action(one.script, { id: `corpus-${one.name}`, type: one.type, hostNames: one.snapshot.hosts.map(({ name }) => name), snapshot: { ...one.snapshot, script: { name: script.name, sha: 'sha' } } });
  watch(stage, one, document.id);
  for (let tries = 0; tries < 200 && stage.records(document.id).at(-1)?.type !== 'end'; tries += 1) {
    stage.request(document.id).catch(() => undefined); // it may die over it
    await stage.rest(3_600_000);
  }
  const records = stage.records(document.id);
  const view = stage.view(document.id);
  const recorded: Recorded = { about: one.about, document, records, script, kit: kitSha, view };
  await writeFile(`${folder}/journals/${release}-${one.name}.json.gz`, gzipSync(JSON.stringify(recorded), { level: 9 }));
  console.log(`${one.name.padEnd(28)} ${view.status.padEnd(10)} ${records.length} records`);
}

function watch(stage: RuntimeStage, { killEvery, cancelAt }: Case, id: string): void {
  const append = stage.journal.appendNow.bind(stage.journal);
  stage.journal.appendNow = (written) => {
    const answer = append(written);
    if (answer !== 'appended' || written.type === 'end') return answer;
    if (killEvery && written.type !== 'claim' && written.seq % killEvery === 0) stage.kill();
    if (written.seq === cancelAt) void stage.signal(id, { name: 'cancel', reason: 'recorded' });
    return answer;
  };
}
