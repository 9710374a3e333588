import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { exitCodes } from '../exit-codes.js';
import { printData } from '../print.js';

interface Verdict { verdict: 'allow' | 'approve' | 'deny'; rule: string; detail: string; instead?: string }

/** `edge policy check -- <command>`: what the command policy says, before anything runs. */
export function policyCommand(cli: Cli): Command {
  const check = new Command('check')
    .description('Ask the command policy about one command')
    .option('--run-as <user>').option('--space <name>')
    .argument('<command...>')
    .action(async (words: string[], options: { runAs?: string; space?: string }, command: Command) => {
      const body = { command: words.join(' '), ...(options.runAs ? { run_as: options.runAs } : {}), ...(options.space ? { space: options.space } : {}) };
      const verdict = await (await cli.client()).post<Verdict>('/api/v1/commands/check', body);
      printData(verdict, { format: cli.format(command), columns: ['verdict', 'rule', 'detail', 'instead'], name: 'verdict' });
      cli.exitWith(verdict.verdict === 'allow' ? exitCodes.success : exitCodes.refused);
    });
  return new Command('policy').description('The command policy').addCommand(check);
}
