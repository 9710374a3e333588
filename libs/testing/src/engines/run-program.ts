import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Unavailable } from './unavailable.js';

const execute = promisify(execFile);

export interface Run { cwd?: string; within?: number; env?: Record<string, string> }

/** Runs a program to its end and answers its standard output. A missing program or a failure is `Unavailable` with the last lines it said. */
export async function runProgram(program: string, args: string[], { cwd, within = 300_000, env }: Run = {}): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { cwd, timeout: within, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } });
    return stdout;
  } catch (error) {
    throw new Unavailable(`${program}: ${whyFailed(error)}`);
  }
}

function whyFailed(error: unknown): string {
  const { code, killed, stderr, stdout, message } = error as { code?: unknown; killed?: boolean; stderr?: string; stdout?: string; message: string };
  if (code === 'ENOENT') return 'is not installed';
  if (killed) return 'did not end in time';
  return (stderr?.trim() || stdout?.trim() || message).split('\n').slice(-5).join(' | ');
}
