import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { JournalRecord } from '@edge/contracts';
import { bundleScript } from '@edge/script-host';
import type { Measured } from '../store/figures.js';
import { ManyHosts } from './many-hosts.js';
import { stepScript } from './step-script.js';

const HOSTS = 1000;
const STEPS = 10;

/** The real runtime over SQLite, real signatures and a script in its thread; only hosts are simulated. The last command is held back until another runtime has taken the action over. */
export async function measureMany(folder: string): Promise<Measured[]> {
  const kit = await readFile(execFileSync(process.execPath, ['tools/src/build-kit.mjs'], { encoding: 'utf8' }).trim(), 'utf8');
  const hosts = await ManyHosts.open(folder, { bundle: bundleScript(kit, stepScript), hosts: HOSTS, steps: STEPS });
  try {
    let began = performance.now();
    await hosts.runUntilOneIsLeft();
    const wall = performance.now() - began;
    began = performance.now();
    await hosts.takeOver();
    const takenOver = performance.now() - began;
    await hosts.answerTheLast();
    const records = await hosts.records();
    const end = records.at(-1);
    if (end?.type !== 'end' || end.status !== 'completed') throw new Error('The action on 1,000 hosts did not complete.');
    const count = (type: JournalRecord['type']) => records.filter((record) => record.type === type).length;
    return [
      { name: 'many_hosts_wall', value: wall / 1000, unit: 's', about: `one action, ${HOSTS} simulated hosts × ${STEPS} steps that answer in 5 to 25 ms` },
      { name: 'many_hosts_steps_per_second', value: (HOSTS * STEPS * 1000) / wall, unit: '/s', about: '  steps per second, each journaled, signed and verified twice' },
      { name: 'many_hosts_schedule_records', value: count('schedule'), unit: '', goal: 99, about: '  records of what was asked' },
      { name: 'many_hosts_result_records', value: count('result'), unit: '', goal: 999, about: '  records of results' },
      { name: 'take_over', value: takenOver, unit: 'ms', goal: 1000, about: `another takes it over: ${HOSTS * STEPS - 1} results read and replayed, until the open command is sent again` },
    ];
  } finally {
    await hosts.close();
  }
}
