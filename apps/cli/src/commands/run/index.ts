import { Command } from 'commander';
import type { Accepted } from '@edge/contracts';
import type { Cli } from '../../cli.js';
import { durationOf } from '../../duration-of.js';
import { exitCodeOfAction, exitCodes } from '../../exit-codes.js';
import { howToGoOn, idAndLink, leaveOnInterrupt } from '../../going-on.js';
import { printData, say } from '../../print.js';
import { showAnswers } from './show-answers.js';
import { type Answered, SubmittedRun } from './submitted-run.js';

interface RunOptions { hosts: string; timeout?: string; concurrency?: string; runAs?: string; space?: string; wait: string }

/** A run that takes no longer tells nothing but what the hosts wrote. */
const quietMs = 5_000;

/** `edge run --hosts a,b -- uptime`: one command on many hosts. */
export function runCommand(cli: Cli): Command {
  return new Command('run')
    .description('Run one command on many hosts')
    .requiredOption('--hosts <names>', 'the hosts, by comma')
    .option('--timeout <duration>', 'per host')
    .option('--concurrency <n>', 'hosts at once')
    .option('--run-as <user>', 'by sudo')
    .option('--space <name>', 'the space whose hosts they are')
    .option('--wait <duration>', 'wait this long for all answers; 0: not at all', '10m')
    .argument('<command...>')
    .action(async (words: string[], options: RunOptions, command: Command) => {
      const waitMs = durationOf('--wait', options.wait);
      const run = new SubmittedRun(await cli.client(), bodyOf(words, options));
      const accepted = await run.submit();
      const told = waitMs === 0 ? accepted : await awaited(cli, accepted, () => run.answers(waitMs));
      const format = cli.format(command);
      if ('answers' in told) {
        showAnswers(told, format);
        return cli.exitWith(exitCodeOf(told));
      }
      say(`${told.action_id} is ${waitMs === 0 ? '' : 'still '}${told.status}; it goes on. ${howToGoOn(told.action_id)}`);
      printData(told, { format, columns: ['action_id', 'status'], name: 'action_id' });
      cli.exitWith(exitCodeOfAction(told));
    });
}

/** Whatever happens while the answers are waited for, it is said that the action goes on. */
async function awaited<T>(cli: Cli, accepted: Accepted, wait: () => Promise<T>): Promise<T> {
  leaveOnInterrupt(accepted.action_id);
  const line = await idAndLink(cli, accepted);
  const slow = setTimeout(() => say(line), quietMs);
  try {
    return await wait();
  } catch (error) {
    say(`${accepted.action_id} may go on. ${howToGoOn(accepted.action_id)}`);
    throw error;
  } finally {
    clearTimeout(slow);
  }
}

function exitCodeOf({ status, answers }: Answered): number {
  if (status === 'cancelled') return exitCodes.cancelled;
  return Object.values(answers).every((byCommand) => Object.values(byCommand).every(([, succeeded]) => succeeded)) ? exitCodes.success : exitCodes.failed;
}

function bodyOf(words: string[], options: RunOptions): object {
  const body = {
    hosts: options.hosts.split(','), command: words.join(' '), timeout: options.timeout, concurrency: options.concurrency === undefined ? undefined : Number(options.concurrency), run_as: options.runAs, space: options.space,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
