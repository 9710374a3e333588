import { Command } from 'commander';
import type { Verdict } from '@edge/contracts';
import type { Cli } from '../../cli.js';
import { exitCodes } from '../../exit-codes.js';
import { printData, say } from '../../print.js';

interface CheckOptions { runAs?: string; space?: string; environment?: string }

export function checkSubcommand(cli: Cli): Command {
  return new Command('check')
    .description('Ask the command policy about one command')
    .option('--run-as <user>', 'the user it would run as').option('--space <name>', 'with the rules for this space').option('--environment <name>', 'with the rules for this environment')
    .argument('<command...>')
    .action(async (words: string[], options: CheckOptions, command: Command) => {
      const text = words.join(' ');
      const verdict = await (await cli.client()).post<Verdict>('/api/v1/commands/check', bodyOf(text, options));
      if (cli.format(command) === 'table' && verdict.verdict !== 'allow') for (const line of pointedAt(text, verdict.span)) say(line);
      printData(verdict, { format: cli.format(command), columns: ['verdict', 'rule', 'detail', 'instead'], name: 'verdict' });
      cli.exitWith(verdict.verdict === 'allow' ? exitCodes.success : exitCodes.refused);
    });
}

export function bodyOf(command: string, { runAs, space, environment }: CheckOptions): object {
  return { command, ...(runAs ? { run_as: runAs } : {}), ...(space ? { space } : {}), ...(environment ? { environment } : {}) };
}

/** The line of the command that the verdict is about, and a line that underlines the place. */
export function pointedAt(text: string, [from, to]: readonly [number, number]): string[] {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const end = text.indexOf('\n', from);
  const line = text.slice(start, end < 0 ? text.length : end);
  return [line, ' '.repeat(from - start) + '^'.repeat(Math.max(1, Math.min(to - from, line.length - (from - start))))];
}
