import { Command } from 'commander';
import type { Cli } from '../../cli.js';
import { checkSubcommand } from './check-subcommand.js';
import { testSubcommand } from './test-subcommand.js';

/** `edge policy check|test`: what the command policy says, before anything runs. */
export function policyCommand(cli: Cli): Command {
  return new Command('policy').description('The command policy').addCommand(checkSubcommand(cli)).addCommand(testSubcommand(cli));
}
