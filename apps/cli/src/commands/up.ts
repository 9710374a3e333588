import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Cli } from '../cli.js';

/** Starts `apps/edge` as a process of its own; signals and the exit code pass through. */
export function upCommand(cli: Cli): Command {
  return new Command('up')
    .description('Run Edge: everything in one process, one data directory')
    .option('--demo', 'with a fleet of real SSH hosts on loopback and a project to deploy')
    .action(async (options: { demo?: boolean }) => {
      const program = fileURLToPath(new URL('../../edge/dist/main.js', import.meta.url));
      if (!existsSync(program)) throw new Error('apps/edge is not built: run "npm run build" first.');
      const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
      const child = spawn(process.execPath, [...flags, program, ...(options.demo ? ['--demo'] : [])], { stdio: 'inherit' });
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
      const code = await new Promise<number>((resolve) => child.on('close', (status, signal) => resolve(signal ? 1 : (status ?? 1))));
      cli.exitWith(code);
    });
}
