import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { childrenMs } from './children-time.js';

export interface Ran { wallMs: number; cpuMs: number; lines: number }

export interface Tool { command: string; args: string[]; env?: Record<string, string> | undefined; stdin?: string | undefined; /** Its output goes there; else it is counted. */ into?: string | undefined }

/** Runs a tool to its end; counts what it costs with everything it starts, and the lines that it prints. */
export async function runTool({ command, args, env, stdin, into }: Tool): Promise<Ran> {
  const [began, cost] = [performance.now(), childrenMs()];
  const file = into === undefined ? 'pipe' : openSync(into, 'w');
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', file, 'pipe'] });
  let lines = 0;
  let said = '';
  child.stdout?.on('data', (bytes: Buffer) => { for (const byte of bytes) if (byte === 10) lines += 1; });
  child.stderr?.on('data', (bytes: Buffer) => { said = `${said}${bytes.toString()}`.slice(-2000); });
  child.stdin?.end(stdin ?? '');
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) console.error(`${command} ended with ${String(code)}: ${said}`);
  if (typeof file === 'number') closeSync(file);
  return { wallMs: performance.now() - began, cpuMs: childrenMs() - cost, lines };
}
