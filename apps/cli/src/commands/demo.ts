import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Cli } from '../cli.js';

/** `edge demo stop`: ends the fleet that `edge up --demo` leaves running across its own crashes. */
export function demoCommand(cli: Cli): Command {
  const stop = new Command('stop').description("End the demo's hosts, applications and artifact server").action(() => {
    const program = fileURLToPath(new URL('../../edge/dist/program.js', import.meta.url));
    const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, 'demo', 'stop'], { stdio: 'inherit' });
    cli.exitWith(run.status ?? 1);
  });
  return new Command('demo').description('The demo fleet').addCommand(stop);
}
