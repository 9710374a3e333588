import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../embedded/edge-process.js';

export interface Ran { code: number | null; out: string; err: string }

export interface Run {
  env?: Record<string, string>;
  input?: string;
  cwd?: string;
  /** Called once with what the program writes to stderr, as soon as it matches. */
  when?: { says: RegExp; then(pid: number): void };
}

/** Runs the built `edge` command as a process of its own, without a terminal. */
export function runCli(args: string[], { env = {}, input, cwd, when }: Run = {}): Promise<Ran> {
  const { EDGE_URL: _url, EDGE_TOKEN: _token, EDGE_DATA: _data, EDGE_TOKEN_FILE: _file, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(repositoryRoot(), 'apps/cli/dist/program.js'), ...args], { env: { ...inherited, ...env }, cwd: cwd ?? repositoryRoot(), stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err, told] = ['', '', false];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString();
    if (told || !when?.says.test(err)) return;
    told = true;
    when.then(child.pid!);
  });
  child.stdin.end(input ?? '');
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}
