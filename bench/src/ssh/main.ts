import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measured, printFigures } from '../store/figures.js';
import { findPeers, type Peers } from './find-peers.js';
import { measureCold, type Runs } from './measure-cold.js';
import { measureLines } from './measure-lines.js';
import { measureRest } from './measure-rest.js';
import { measureChatter, measureMemory, measureOne, measureWarm } from './measure-warm.js';
import { programFile } from './programs.js';
import { startFakeFleet } from './start-fake-fleet.js';
import { startRealFleet } from './start-real-fleet.js';

const HOSTS = 200;
const ROUNDS = 3;
const WARM_ROUNDS = 11; // a round is short: one neighbour on the machine would decide three
const { bindingAvailable } = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') as { bindingAvailable: boolean };

interface Parts { folder: string; peers: Peers['peers']; client: string }

/** Benchmark `ssh`: many hosts at once, beside what people use instead, in one run on one machine. Further words name parts: `npm run bench -- ssh warm one`. */
export async function benchSsh(only: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'eb-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1)); // sshds of the lab end with this process
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const wanted = (part: string) => only.length === 0 || only.includes(part);
  try {
    const { peers, absent } = await findPeers(folder);
    const parts: Parts = { folder, peers, client: await programFile('edge-client') };
    const measured = [...(await withFakes(parts, wanted)), ...(await withReal(parts, wanted)), ...(wanted('rest') ? await measureRest(folder) : [])];
    for (const [name, why] of Object.entries(absent)) console.log(`${name} is absent here: ${why}`);
    console.log(`Native crypto of ssh2: ${bindingAvailable ? 'yes' : 'no, all in Node'}.`);
    printFigures('ssh', measured);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function withFakes(parts: Parts, wanted: (part: string) => boolean): Promise<Measured[]> {
  const measured: Measured[] = [];
  if (wanted('fake')) {
    const fleet = await startFakeFleet(parts.folder, { net: 88, count: HOSTS });
    const runs = await measureCold({ ...parts, fleet, text: 'hostname', rounds: ROUNDS + 2 });
    await fleet.stop();
    measured.push(...coldFigures('fake', runs));
  }
  if (wanted('memory')) {
    const fleet = await startFakeFleet(parts.folder, { net: 86, count: 1000 });
    measured.push(...(await measureMemory({ ...parts, fleet })));
    await fleet.stop();
  }
  return measured;
}

async function withReal(parts: Parts, wanted: (part: string) => boolean): Promise<Measured[]> {
  if (!['real', 'warm', 'lines', 'one', 'chatter'].some(wanted)) return [];
  const fleet = await startRealFleet(parts.folder, HOSTS);
  const contest = { ...parts, fleet, rounds: ROUNDS };
  try {
    return [
      ...(wanted('real') ? coldFigures('real', await measureCold({ ...contest, text: 'hostname' })) : []),
      ...(wanted('warm') ? await measureWarm({ ...contest, rounds: WARM_ROUNDS }) : []),
      ...(wanted('lines') ? await measureLines(contest) : []),
      ...(wanted('chatter') ? await measureChatter(contest) : []),
      ...(wanted('one') ? await measureOne(contest) : []),
    ];
  } finally {
    await fleet.stop();
  }
}

function coldFigures(kind: 'fake' | 'real', runs: Record<string, Runs>): Measured[] {
  const { edge, ...peers } = runs;
  const best = Math.min(...Object.values(peers).map(({ wallRatio }) => wallRatio));
  const ssh = peers['ssh'];
  const goals: Measured[] = kind === 'fake'
    ? [{ name: 'fake_200_wall', value: best, unit: '×', goal: 2.5, better: 'more', about: '200 fake hosts, cold: wall of the best peer ÷ Edge, whole processes' }]
    : ssh ? [{ name: 'real_200_cpu', value: ssh.cpuRatio, unit: '×', goal: 2.5, better: 'more', about: '200 real sshd, cold: client processor time of ssh ÷ Edge, whole processes' }] : [];
  return [
    ...goals,
    ...Object.entries(runs).map(([key, { name, wallMs, cpuMs }]) => ({ name: `${kind}_200_${key}`, value: wallMs / 1000, unit: 's', about: `  ${name}: wall (processor time ${(cpuMs / 1000).toFixed(2)} s)` })),
    { name: `${kind}_200_failed`, value: HOSTS - edge!.lines, unit: '', goal: 0, about: '  hosts that did not answer Edge' },
  ];
}
