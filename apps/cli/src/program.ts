import { Command } from 'commander';
import type { Cli } from './cli.js';
import { careCommands } from './commands/care.js';
import { actionCommand } from './commands/action/index.js';
import { applyCommands } from './commands/apply.js';
import { completionCommand } from './commands/completion.js';
import { demoCommand } from './commands/demo.js';
import { hostCommand } from './commands/host/index.js';
import { importCommand } from './commands/import/index.js';
import { keysCommand } from './commands/keys/index.js';
import { planCommand } from './commands/plan.js';
import { policyCommand } from './commands/policy/policy-command.js';
import { projectCommand } from './commands/project.js';
import { runCommand } from './commands/run/index.js';
import { scriptCommand } from './commands/script/index.js';
import { startCommands } from './commands/start.js';
import { upCommand } from './commands/up.js';
import { verifyCommand } from './commands/verify.js';
import { exitCodes } from './exit-codes.js';
import { formats } from './print.js';

/** The whole `edge` command; parsing errors exit with 2. */
export function createProgram(cli: Cli): Command {
  const program = new Command('edge')
    .description('Agentless deployment automation that cannot lose a deployment')
    .option('-o, --output <format>', `how data is printed: ${formats.join(', ')}`, 'table')
    .addHelpText('after', '\n"edge --version" prints the version of this command.')
    .hook('preAction', (_, command) => {
      const format = command.optsWithGlobals<{ output: string }>().output;
      if (!formats.some((known) => known === format)) throw new Error(`--output "${format}" is none of ${formats.join(', ')}.`);
    });
  const commands = [upCommand(cli), ...startCommands(cli), runCommand(cli), planCommand(cli), ...applyCommands(cli), actionCommand(cli), projectCommand(cli), hostCommand(cli), policyCommand(cli), scriptCommand(cli), ...careCommands(cli), verifyCommand(cli), demoCommand(cli), keysCommand(cli), importCommand(), completionCommand()];
  for (const command of commands) program.addCommand(command);
  exitOverrideAll(program);
  return program;
}

function exitOverrideAll(command: Command): void {
  command.exitOverride();
  command.configureOutput({ writeErr: (text) => process.stderr.write(text) });
  for (const child of command.commands) exitOverrideAll(child);
}

export const usageExit = exitCodes.usage;
