import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface UnderTest { url: string; token: string; sinceStartMs: number; pid: number; end(): Promise<void> }

const program = 'apps/edge/dist/main.js';

/** Starts the bundled `edge up` on one data directory and waits until it answers. */
export async function startEdge(data: string, env: Record<string, string> = {}): Promise<UnderTest> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', program], { env: { ...process.env, EDGE_DATA: data, EDGE_PORT: '0', EDGE_LOG_LEVEL: 'warn', ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  for (;;) {
    const file = addressIn(data);
    if (file && file.pid === child.pid && (await answers(file.url))) return { ...file, pid: child.pid!, sinceStartMs: performance.now() - began, end: () => end(child) };
    if (child.exitCode !== null) throw new Error(`edge ended before it listened: ${said}`);
    await sleep(2);
  }
}

function addressIn(data: string): { url: string; token: string; pid: number } | undefined {
  try {
    return JSON.parse(readFileSync(join(data, 'edge.json'), 'utf8')) as { url: string; token: string; pid: number };
  } catch {
    return undefined; // not written yet
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(new URL('/livez', url)).then((answer) => answer.ok, () => false);
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** Milliseconds of processor time that a process has used so far, as Linux counts them: what it costs, however busy the machine is. */
export function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
