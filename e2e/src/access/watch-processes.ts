import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CanarySearch, Hit } from './canaries.js';

export interface Watched { hits: Hit[]; samples: number; seenAtWork: number }

/**
 * Looks again and again at the command line and the environment of every process of this machine, while the work goes on.
 * A command of a host that was given a secret has it in its environment: it is known by `EDGE_JOB`, and counted, not a hit; what it then does with it is its own.
 */
export async function watchProcesses(search: CanarySearch, work: Promise<unknown>): Promise<Watched> {
  const watched: Watched = { hits: [], samples: 0, seenAtWork: 0 };
  let working = true;
  work.finally(() => { working = false; }).catch(() => undefined); // whoever gave the work awaits it
  while (working) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) look(pid);
    watched.samples += 1;
    await sleep(2);
  }
  return watched;

  function look(pid: string): void {
    const [line, environment] = [contentOf(pid, 'cmdline'), contentOf(pid, 'environ')];
    const shown = line.toString().replaceAll('\0', ' ').slice(0, 80);
    const hits = [...search.in(`cmdline of ${pid}: ${shown}`, line), ...search.in(`environ of ${pid}: ${shown}`, environment)];
    if (/(^|\0)EDGE_JOB=/.test(environment.toString('latin1'))) watched.seenAtWork += hits.length > 0 ? 1 : 0;
    else hits.forEach(add);
  }

  function add(hit: Hit): void {
    if (!watched.hits.some(({ canary, where }) => canary === hit.canary && where === hit.where)) watched.hits.push(hit);
  }
}

function contentOf(pid: string, file: 'cmdline' | 'environ'): Buffer {
  try {
    return readFileSync(`/proc/${pid}/${file}`);
  } catch {
    return Buffer.alloc(0); // it has ended meanwhile, or is nobody's business
  }
}
