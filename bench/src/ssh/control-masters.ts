import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Fleet } from './fleet.js';
import { livingMs } from './children-time.js';

const run = promisify(execFile);

export interface Masters { options: string[]; cpuMs(): number; stop(): Promise<void> }

/** OpenSSH's own pool: one master process for each host of the fleet. */
export async function startMasters(folder: string, { hosts, sshConfig }: Fleet): Promise<Masters> {
  const sockets = join(folder, 'cm');
  await mkdir(sockets);
  const options = ['-o', `ControlPath=${sockets}/%h`];
  const pids: number[] = [];
  process.once('exit', () => { for (const pid of pids) end(pid); }); // also where the benchmark is stopped in the middle
  const names = hosts.map(({ name }) => name);
  for (const name of names) {
    await run('ssh', ['-F', sshConfig, ...options, '-o', 'ControlMaster=yes', '-o', 'ControlPersist=600', '-fN', name], { timeout: 20_000 });
    const { stderr } = await run('ssh', ['-F', sshConfig, ...options, '-O', 'check', name]);
    pids.push(Number(/pid=(\d+)/.exec(stderr)?.[1]));
  }
  return {
    options: [...options, '-o', 'ControlMaster=no'],
    cpuMs: () => pids.reduce((sum, pid) => sum + livingMs(pid), 0),
    stop: async () => {
      for (const name of names) await run('ssh', ['-F', sshConfig, ...options, '-O', 'exit', name]);
      pids.length = 0;
    },
  };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ended by itself
  }
}
