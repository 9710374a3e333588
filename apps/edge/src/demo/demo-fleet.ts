import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.js';
import { running } from './supervise.js';

/** `servedBy`, `balancer`: what its hosts and its load balancer are, in words. */
export interface Started { fleet: Fleet; servedBy: string; balancer: string }

interface Supervisor { pid: number; hosts: string; balancer: string }

/** The running fleet below `<data>/demo`: adopted when it is there, started when it is not. */
export async function adoptOrStartFleet(data: string): Promise<Started> {
  const folder = join(data, 'demo');
  if (!existsSync(folder)) mkdirSync(folder); // the data directory is there
  if (!supervisorOf(folder)) startSupervisor(folder);
  const deadline = Date.now() + 60_000;
  for (;;) {
    const supervisor = supervisorOf(folder);
    if (supervisor) return { fleet: fleetOf(folder), servedBy: supervisor.hosts, balancer: supervisor.balancer };
    if (Date.now() > deadline) throw new Error(`The demo fleet did not come up within a minute; see ${join(folder, 'supervisor.log')}.`);
    await sleep(50);
  }
}

/** Ends the fleet; true if one was running. */
export async function stopFleet(data: string): Promise<boolean> {
  const supervisor = supervisorOf(join(data, 'demo'));
  if (!supervisor) return false;
  process.kill(supervisor.pid, 'SIGTERM');
  while (running(supervisor.pid)) await sleep(50);
  return true;
}

function startSupervisor(folder: string): void {
  const log = openSync(join(folder, 'supervisor.log'), 'a', 0o600);
  const program = process.argv[1]!;
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, 'demo', 'supervise', folder], { detached: true, stdio: ['ignore', log, log], cwd: folder }).unref();
}

function supervisorOf(folder: string): Supervisor | undefined {
  const file = join(folder, 'supervisor.json');
  if (!existsSync(file)) return undefined;
  const supervisor = JSON.parse(readFileSync(file, 'utf8')) as Supervisor;
  return running(supervisor.pid) ? supervisor : undefined;
}

export function fleetOf(folder: string): Fleet {
  return { ...(JSON.parse(readFileSync(join(folder, 'fleet.json'), 'utf8')) as Fleet), folder };
}
